// Redis for sandbox and tests: REDIS_URL, a local server, or Debian's package.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface RunningRedis {
  /** redis://… or unix://… */
  readonly url: string;
  /** Undefined for an external server in REDIS_URL. */
  readonly pid: number | undefined;
  kill(signal: NodeJS.Signals): void;
  /** Called once at the end of the server, for any cause; never for an external server. */
  onExit(listener: () => void): void;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** Folder of the data (append-only file); a new temporary folder by default. */
  readonly directory?: string;
  /** Path of the unix socket (short: systems allow about 100 bytes); a new one by default. */
  readonly socket?: string;
  readonly say?: (line: string) => void;
  /** Further options of the server, which override the defaults. */
  readonly args?: readonly string[];
}

interface Server {
  readonly binary: string;
  readonly libraryPath?: string;
}

/** @throws Error with instructions when no Redis is available. */
export async function startRedis(options: RedisOptions = {}): Promise<RunningRedis> {
  const given = process.env['REDIS_URL'];
  if (given !== undefined && given !== '') {
    return {
      url: given,
      pid: undefined,
      kill: () => undefined,
      onExit: () => undefined,
      stop: () => Promise.resolve(),
    };
  }
  const server = findServer(options.say ?? ((line) => process.stderr.write(`${line}\n`)));
  return launch(server, options);
}

async function launch(server: Server, options: RedisOptions): Promise<RunningRedis> {
  const data = options.directory ?? mkdtempSync(join(tmpdir(), 'llmgw-redis-'));
  mkdirSync(data, { recursive: true });
  const socket = options.socket ?? join(mkdtempSync(join(tmpdir(), 'llmgw-sock-')), 'redis.sock');
  const child = spawn(
    server.binary,
    // prettier-ignore
    // The permissions of the socket's folder decide who may connect.
    ['--port', '0', '--unixsocket', socket, '--unixsocketperm', '777', '--dir', data, '--appendonly', 'yes', '--appendfsync', 'always',
      '--save', '', '--maxmemory-policy', 'noeviction', '--daemonize', 'no', ...(options.args ?? [])],
    { stdio: ['ignore', 'pipe', 'pipe'], env: environment(server) },
  );
  await ready(child);
  return {
    url: `unix://${socket}`,
    pid: child.pid,
    kill: (signal) => void child.kill(signal),
    onExit: (listener) => void child.once('exit', listener),
    stop: async () => {
      await stopChild(child);
      if (options.socket === undefined) rmSync(dirname(socket), { recursive: true, force: true });
      if (options.directory === undefined) rmSync(data, { recursive: true, force: true });
    },
  };
}

function environment(server: Server): NodeJS.ProcessEnv {
  return server.libraryPath === undefined
    ? process.env
    : { ...process.env, LD_LIBRARY_PATH: server.libraryPath };
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const read = (chunk: Buffer): void => {
      seen += chunk.toString();
      if (/ready to accept connections/i.test(seen)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`Redis ended at its start (exit ${code}):\n${seen}`)),
    );
  });
}

function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    // A frozen process handles no other signal.
    child.kill('SIGCONT');
    child.kill('SIGTERM');
  });
}

function findServer(say: (line: string) => void): Server {
  for (const name of ['redis-server', 'valkey-server']) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    if (found !== '') return { binary: found };
  }
  const unpacked = fileURLToPath(new URL('../../.setup/redis', import.meta.url));
  return unpackedServer(unpacked) ?? unpackPackage(unpacked, say) ?? noRedis();
}

function unpackedServer(directory: string): Server | undefined {
  const binary = join(directory, 'usr/bin/redis-server');
  if (!existsSync(binary)) return undefined;
  return {
    binary,
    libraryPath: ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu']
      .map((part) => join(directory, part))
      .join(':'),
  };
}

/** Even as root, nothing is installed on the system. */
function unpackPackage(directory: string, say: (line: string) => void): Server | undefined {
  if (!has('apt-get') || !has('dpkg-deb')) return undefined;
  say("llmgw: unpacking Debian's redis-server into .setup (once) …");
  const packages = join(directory, 'packages');
  mkdirSync(packages, { recursive: true });
  const names = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'];
  spawnSync('apt-get', ['download', '-q', ...names], {
    cwd: packages,
    stdio: ['ignore', 'ignore', 2],
  });
  spawnSync('sh', ['-c', `for deb in *.deb; do dpkg-deb -x "$deb" ..; done`], {
    cwd: packages,
    stdio: ['ignore', 'ignore', 2],
  });
  return unpackedServer(directory);
}

function noRedis(): never {
  throw new Error(
    'llmgw needs Redis 6.2 or later and found none: set REDIS_URL, or put redis-server or valkey-server on the path (Debian, Ubuntu: apt install redis-server; Fedora: dnf install valkey; macOS: brew install redis).',
  );
}

function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}
