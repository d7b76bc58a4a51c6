// Bot processes of one seed, with start, kill, freeze and automatic restart.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan } from './events.ts';

export interface Fleet {
  /** Base URLs of the receivers of Slack's deliveries. */
  readonly receivers: readonly string[];
  kill(bot: number): void;
  freeze(bot: number): void;
  thaw(bot: number): void;
  /** Whether every process is healthy. */
  areHealthy(): Promise<boolean>;
  ready(signal: AbortSignal): Promise<void>;
  pids(): readonly number[];
  readonly logFiles: readonly string[];
  stop(): Promise<void>;
}

interface Bot {
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  child?: ChildProcess;
}

const entry = fileURLToPath(new URL('../src/main.ts', import.meta.url));
/** The delay before the restart of a stopped process, ms. */
const restartAfterMs = 200;
const stopWithinMs = 10_000;

export async function startFleet(options: {
  readonly roles: Plan['roles'];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
}): Promise<Fleet> {
  const { roles, environment, directory } = options;
  const bots: Bot[] = [];
  for (const [index, role] of roles.entries()) {
    const ports = { PORT: String(await freePort()), HEALTH_PORT: String(await freePort()) };
    const env = { ...environment, ...ports, LLMGW_ROLE: role };
    bots.push({ env, logFile: join(directory, `bot-${index}.log`) });
  }
  let isStopping = false;
  const start = (bot: Bot): void => {
    const { PATH = '', HOME = '' } = process.env;
    const log = createWriteStream(bot.logFile, { flags: 'a' });
    const child = spawn(process.execPath, [entry], {
      env: { PATH, HOME, ...bot.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
    child.once('exit', () => {
      log.end();
      if (!isStopping) setTimeout(() => isStopping || start(bot), restartAfterMs);
    });
    bot.child = child;
  };
  for (const bot of bots) start(bot);
  const signal = (index: number, name: NodeJS.Signals): void => void bots[index]?.child?.kill(name);
  const areHealthy = async (): Promise<boolean> =>
    (await Promise.all(bots.map(({ env }) => isHealthy(env['HEALTH_PORT'] ?? '')))).every(Boolean);
  return {
    receivers: bots
      .filter(({ env }) => env['LLMGW_ROLE'] !== 'worker')
      .map(({ env }) => `http://127.0.0.1:${env['PORT'] ?? ''}`),
    kill: (index) => signal(index, 'SIGKILL'),
    freeze: (index) => signal(index, 'SIGSTOP'),
    thaw: (index) => signal(index, 'SIGCONT'),
    areHealthy,
    ready: async (stopped) => {
      while (!(await areHealthy())) {
        stopped.throwIfAborted();
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    pids: () => bots.flatMap(({ child }) => child?.pid ?? []),
    logFiles: bots.map(({ logFile }) => logFile),
    stop: async () => {
      isStopping = true;
      await Promise.all(bots.map(({ child }) => end(child)));
    },
  };
}

async function isHealthy(port: string): Promise<boolean> {
  const signal = AbortSignal.timeout(3_000);
  return fetch(`http://127.0.0.1:${port}/healthz`, { signal }).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const hard = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  await ended;
  clearTimeout(hard);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
