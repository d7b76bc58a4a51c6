// A Redis for the sandbox and the tests: REDIS_URL, else a server on the path, else Debian's package, else a clear word.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface RunningRedis {
  /** redis://… or unix://… */
  readonly url: string;
  /** Undefined where REDIS_URL names somebody else's server. */
  readonly pid: number | undefined;
  kill(signal: NodeJS.Signals): void;
  /** Called once when the server ends, whoever ended it; never for somebody else's server. */
  onExit(listener: () => void): void;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** Keep data here (append-only file); a fresh temporary folder otherwise. */
  readonly directory?: string;
  /** Path of the unix socket (short: systems allow about 100 bytes); a fresh one otherwise. */
  readonly socket?: string;
  readonly say?: (line: string) => void;
  /** Further options of the server, which count more than the usual ones. */
  readonly args?: readonly string[];
}

interface Server {
  readonly binary: string;
  readonly libraryPath?: string;
}

/** @throws Error with instructions when no Redis can be had. */
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
    // The socket's folder says who may connect.
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
    // A frozen one hears nothing else.
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

/** Also as root: nobody asked for a package of the system. */
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
