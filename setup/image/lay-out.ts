// Files of the bot's image, made by the Dockerfile's steps without a container engine.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import dockerignore from '@balena/dockerignore';
import { type Step, readDockerfile } from './dockerfile.ts';

export interface ImageLayout {
  /** The image's `/`. */
  readonly root: string;
  /** WORKDIR, on this machine. */
  readonly directory: string;
  /** CMD, its program on this machine. */
  readonly command: readonly string[];
  /** ENV; paths point into `root`. */
  readonly env: Readonly<Record<string, string>>;
  /** USER, by its name in the Dockerfile. */
  readonly user: string | undefined;
}

interface Stage {
  readonly root: string;
  readonly env: Record<string, string>;
  workdir: string;
  user: string | undefined;
  command: readonly string[];
}

const checkout = fileURLToPath(new URL('../..', import.meta.url));
/** The path of Node in the base image. */
const nodePath = 'usr/local/bin/node';

/** Needs Node of the base image's version and npm. @param folder is created, or emptied first. */
export function layOutImage(folder: string, say: (line: string) => void): ImageLayout {
  const steps = readDockerfile(readFileSync(join(checkout, 'Dockerfile'), 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const step of steps) {
    if (step.kind === 'from') {
      const name = step.stage ?? String(stages.size);
      const root = join(stagesOf(folder), name);
      const parent = stages.get(step.image);
      stage = parent === undefined ? openStage(root, step.image) : continueStage(root, parent);
      stages.set(name, stage);
    } else if (stage === undefined) {
      throw new Error('Dockerfile: FROM must come first');
    } else {
      carryOut(step, stage, stages, say);
    }
  }
  if (stage === undefined) throw new Error('Dockerfile: no FROM');
  const root = join(resolve(folder), 'root');
  renameSync(stage.root, root);
  rmSync(stagesOf(folder), { recursive: true });
  return layoutOf(stage, root);
}

const stagesOf = (folder: string): string => join(resolve(folder), 'stages');

function layoutOf({ workdir, command, env, user }: Stage, root: string): ImageLayout {
  const [program = '', ...args] = command;
  if (program !== 'node') throw new Error(`Dockerfile: CMD must run node, not ${program}`);
  return {
    root,
    directory: join(root, workdir),
    command: [join(root, nodePath), ...args],
    env: Object.fromEntries(
      Object.entries(env).map(([name, value]) => [
        name,
        value.startsWith('/') ? join(root, value) : value,
      ]),
    ),
    user,
  };
}

/** The base image is `node:MAJOR-…`: the layout needs Node and /tmp of it. */
function openStage(root: string, image: string): Stage {
  const major = /^node:(\d+)[.-]/.exec(image)?.[1];
  const own = process.versions.node;
  if (major !== own.split('.')[0]) {
    throw new Error(`The base image ${image} has another Node than this process (${own})`);
  }
  mkdirSync(join(root, 'tmp'), { recursive: true });
  chmodSync(join(root, 'tmp'), 0o1777);
  mkdirSync(dirname(join(root, nodePath)), { recursive: true });
  cpSync(process.execPath, join(root, nodePath), { dereference: true });
  return { root, env: {}, workdir: '/', user: undefined, command: [] };
}

function continueStage(root: string, parent: Stage): Stage {
  cpSync(parent.root, root, { recursive: true, verbatimSymlinks: true });
  return { ...parent, root, env: { ...parent.env } };
}

function carryOut(
  step: Exclude<Step, { kind: 'from' }>,
  stage: Stage,
  stages: ReadonlyMap<string, Stage>,
  say: (line: string) => void,
): void {
  switch (step.kind) {
    case 'workdir':
      stage.workdir = resolve(stage.workdir, step.text);
      return void mkdirSync(join(stage.root, stage.workdir), { recursive: true });
    case 'env':
      return void Object.assign(stage.env, step.values);
    case 'user':
      stage.user = step.text;
      return;
    case 'cmd':
      stage.command = step.command;
      return;
    case 'copy':
      return copy(step, stage, stages);
    case 'run':
      say(step.text);
      return run(step.text, stage);
    case 'expose':
      return;
  }
}

function copy(
  step: Extract<Step, { kind: 'copy' }>,
  stage: Stage,
  stages: ReadonlyMap<string, Stage>,
): void {
  const from = step.from === undefined ? undefined : stages.get(step.from)?.root;
  if (step.from !== undefined && from === undefined) {
    throw new Error(`Dockerfile: COPY --from=${step.from} names no stage before it`);
  }
  const isIgnored = from === undefined ? ignoredInContext() : () => false;
  const base = from ?? checkout;
  const to = join(stage.root, resolve(stage.workdir, step.to));
  const isFolder = step.to.endsWith('/') || step.sources.length > 1;
  for (const source of step.sources) {
    const path = join(base, source);
    if (!existsSync(path) || isIgnored(relative(base, path))) {
      throw new Error(`Dockerfile: COPY ${source} finds nothing in the build context`);
    }
    // COPY takes the content of a folder.
    const target = isFolder && !statSync(path).isDirectory() ? join(to, basename(path)) : to;
    mkdirSync(dirname(target), { recursive: true });
    cpSync(path, target, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !isIgnored(relative(base, file)),
    });
  }
}

function ignoredInContext(): (path: string) => boolean {
  const patterns = readFileSync(join(checkout, '.dockerignore'), 'utf8');
  const rules = dockerignore.default().add(patterns);
  return (path) => path !== '' && rules.ignores(path);
}

function run(text: string, { root, workdir, env }: Stage): void {
  const done = spawnSync('sh', ['-ec', text], {
    cwd: join(root, workdir),
    env: { ...ownEnvironment(), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (done.status === 0) return;
  throw new Error(`RUN ${text}\nfailed: ${done.error?.message ?? done.stderr}`);
}

/** Without npm's variables for scripts: they would point an inner npm at this checkout. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const kept = /^npm_config_(registry|cache|userconfig|globalconfig|cafile)$/i;
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|node_env$|node_options$|init_cwd$|vitest)/i.test(name) || kept.test(name),
  );
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  return { ...Object.fromEntries(entries), PATH: path };
}
