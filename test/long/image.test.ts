// Files of the image, by the Dockerfile's steps, and the bot they start.
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
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ImageLayout } from '../../setup/image/lay-out.ts';
import { helmSha256 } from '../../src/clients/helm/find-helm.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
/** The user of the Deployment; only root can start a process for another user. */
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

test('the image holds the bundle with its source maps, helm, the manifests and three packages', async () => {
  const app = image.directory;
  const names = readdirSync(app).filter((name) => !/\.mjs(\.map)?$/.test(name));
  expect(names.toSorted()).toEqual(['LICENSE', 'bin', 'manifests', 'node_modules', 'package.json']);
  const code = globSync('*.mjs', { cwd: app });
  expect(code).toEqual(expect.arrayContaining(['main.mjs', 'draw-bars.mjs']));
  // Chunks that only re-export others have no source map.
  const unmapped = code.filter((name) => !existsSync(join(app, `${name}.map`)));
  expect(unmapped.filter((name) => lstatSync(join(app, name)).size > 3_000)).toEqual([]);
  expect(globSync('node_modules/{@*/*,[!@.]*}', { cwd: app }).toSorted()).toEqual([
    'node_modules/@resvg/resvg-js',
    'node_modules/@resvg/resvg-js-linux-x64-gnu',
    'node_modules/dejavu-fonts-ttf',
    'node_modules/piscina',
  ]);

  const megabytes = (under: string): number =>
    Math.round(
      entries()
        .filter(({ path }) => path.startsWith(join(app, under)))
        .reduce((sum, { size }) => sum + size, 0) / 1_000_000,
    );
  const parts = ['', 'node_modules', 'bin', 'manifests'];
  const sizes = Object.fromEntries(parts.map((part) => [`/app/${part}`, megabytes(part)]));
  process.stdout.write(`image layout, MB: ${JSON.stringify(sizes)}\n`);
  expect(sizes['/app/']).toBeLessThanOrEqual(120);
});

test('the packages beside the bundle load from the image, the native one included', async () => {
  const script = `for (const name of ['@resvg/resvg-js', 'piscina']) await import(name);
    process.stdout.write(JSON.stringify(process.report.getReport().sharedObjects));`;
  const { stdout } = await execa(
    image.command[0] ?? '',
    ['--input-type=module', '--eval', script],
    { cwd: image.directory },
  );
  const native = (JSON.parse(stdout) as string[]).filter((path) => path.includes('resvgjs'));
  expect(native.map((path) => path.startsWith(image.directory))).toEqual([true]);
});

test('a bundle without configuration says what is missing, without a stack', async () => {
  const [node = '', ...args] = image.command;
  const { stderr, exitCode } = await execa(node, args, {
    cwd: image.directory,
    env: { PATH: '/usr/bin:/bin' },
    extendEnv: false,
    reject: false,
  });
  expect(exitCode).toBe(1);
  // A missing configuration is a sentence, not a stack.
  expect(stderr).toContain('PROJECT_ID');
  expect(stderr).not.toMatch(/^\s+at /m);
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

test('the bot runs from the image like the Deployment: provision, key, ask, and a quota picture', async () => {
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
  // Apigee's statistics lag behind the request.
  await expect
    .poll(
      async () => (await running.say('quota', { as: 'alice', in: '@llmgw', wait: true })).text,
      { timeout: 60_000, interval: 1_000 },
    )
    .toContain('(image: Bar chart. Requests per hour');
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
