// Processes of a load measurement: servers with their ports, the generator, processor times.
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Load, Loaded } from './generator.ts';

export interface Server {
  readonly pid: number | undefined;
  readonly port: number;
  stop(): void;
}

/** @param file of this folder; sends its port once it listens. */
export async function startServer(
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<Server> {
  const child = start(file, env);
  const port = Number(await message(child));
  return { pid: child.pid, port, stop: () => void child.kill() };
}

export interface Generator {
  readonly pid: number | undefined;
  run(load: Load): Promise<Loaded>;
  stop(): void;
}

export function startGenerator(): Generator {
  const child = start('generator.ts', { NODE_ENV: 'production' });
  return {
    pid: child.pid,
    run: async (load) => {
      child.send(load);
      return (await message(child)) as Loaded;
    },
    stop: () => void child.kill(),
  };
}

function start(file: string, env: Readonly<Record<string, string>>): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    // The report is all that goes to stdout.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
}

function message(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`A process of the measurement ended early (exit ${code}).`));
    child.once('exit', onExit);
    child.once('message', (received) => {
      child.off('exit', onExit);
      resolve(received);
    });
  });
}

/** Processor time of a process, in seconds; 0 if the system does not report it. */
export function cpuSeconds(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may contain spaces: utime and stime are 12th and 13th, in hundredths.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
