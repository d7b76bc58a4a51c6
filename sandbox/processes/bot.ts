// The supervised bot process: the production entry point, with the sandbox's base URLs.
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlledProcess } from '../core/control.ts';

export interface SupervisedBot extends ControlledProcess {
  /** Resolves when /healthz answers 200. @throws Error with the log's end when the bot exits first. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

/** A bot other than the checkout's: an older one, or the files of an image. */
export interface BotProgram {
  readonly directory: string;
  /** By default this Node with the folder's entry point. */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Only root can name a user other than itself. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

export interface BotOptions {
  readonly program?: BotProgram | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly healthUrl: string;
  readonly logFile: string;
  readonly say: (line: string) => void;
}

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** The bot's entry point in a checkout or a production build; undefined without one. */
export function entryOf(folder: string): string | undefined {
  return ['src/main.ts', 'main.mjs']
    .map((name) => join(folder, name))
    .find((path) => existsSync(path));
}
/** Restart delays like a kubelet's: none at first, then longer ones while it keeps exiting. */
const backOff = { freeDeaths: 4, withinMs: 60_000, firstMs: 500, maxMs: 10_000 };

export function superviseBot(options: BotOptions): SupervisedBot {
  const program = options.program ?? { directory: checkout };
  const [command = '', ...args] = program.command ?? [
    process.execPath,
    entryOf(program.directory) ?? join(program.directory, 'src/main.ts'),
  ];
  const log = createWriteStream(options.logFile, { flags: 'a' });
  const deaths: number[] = [];
  let restarts = 0;
  let stopping = false;
  let child: ChildProcess | undefined;
  let lastLines = '';

  const start = (): void => {
    const started = spawn(command, args, {
      cwd: program.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...inherited(), ...program.env, ...options.env },
      ...program.user,
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        log.write(chunk);
        lastLines = (lastLines + chunk.toString()).slice(-4_000);
      });
    }
    started.once('exit', () => {
      if (!stopping) again();
    });
  };

  const again = (): void => {
    const now = Date.now();
    deaths.push(now);
    const recent = deaths.filter((at) => now - at < backOff.withinMs).length;
    const late = Math.max(0, recent - backOff.freeDeaths);
    const pause = late === 0 ? 0 : Math.min(backOff.firstMs * 2 ** (late - 1), backOff.maxMs);
    if (late === 1) options.say(`The bot keeps ending; its log: ${options.logFile}`);
    restarts += 1;
    setTimeout(() => {
      if (!stopping) start();
    }, pause);
  };

  start();
  return {
    name: 'bot',
    pid: () => child?.pid,
    isUp: () => child?.exitCode === null && child.signalCode === null,
    restarts: () => restarts,
    kill: (signal) => void child?.kill(signal),
    restart: async () => {
      // `again` starts the next process after this one has drained.
      const old = child;
      if (old === undefined) return;
      const ended = new Promise((resolve) => old.once('exit', resolve));
      old.kill('SIGTERM');
      await ended;
    },
    ready: () => untilHealthy(options.healthUrl, () => (deaths.length > 0 ? lastLines : undefined)),
    stop: async () => {
      stopping = true;
      await end(child);
      log.end();
    },
  };
}

const inherited = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
});

async function untilHealthy(url: string, failure: () => string | undefined): Promise<void> {
  for (;;) {
    const failed = failure();
    if (failed !== undefined) throw new Error(`The bot did not start:\n${failed}`);
    const healthy = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** SIGTERM starts a drain; a hanging process is killed, so that Ctrl-C always ends everything. */
function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.once('exit', () => {
      clearTimeout(hard);
      resolve();
    });
    child.kill('SIGCONT');
    child.kill('SIGTERM');
  });
}
