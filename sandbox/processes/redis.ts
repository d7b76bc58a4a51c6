// The supervised Redis process, restarted on the same files and socket.
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningRedis, startRedis } from './start-redis.ts';
import type { ControlledProcess } from '../core/control.ts';

export interface SupervisedRedis extends ControlledProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param directory holds the append-only file. */
export async function superviseRedis(
  directory: string,
  {
    say,
    user,
  }: {
    readonly say: (line: string) => void;
    /** Users who may connect, besides this process's user. */
    readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  },
): Promise<SupervisedRedis> {
  mkdirSync(directory, { recursive: true });
  const sockets = mkdtempSync(join(tmpdir(), 'llmgw-sock-'));
  if (user !== undefined) chownSync(sockets, user.uid, user.gid);
  const options = { directory, socket: join(sockets, 'redis.sock'), say };
  let restarts = 0;
  let stopping = false;
  let isHeld = false;
  let isUp = false;
  let running: RunningRedis;
  const start = async (): Promise<void> => {
    running = await startRedis(options);
    isUp = true;
    running.onExit(() => {
      isUp = false;
      if (!stopping && !isHeld) void again();
    });
  };
  const again = async (): Promise<void> => {
    restarts += 1;
    await start().catch((error: unknown) =>
      say(`Redis could not be started again: ${String(error)}`),
    );
  };
  await start();
  return {
    name: 'redis',
    get url() {
      return running.url;
    },
    pid: () => running.pid,
    isUp: () => isUp,
    restarts: () => restarts,
    kill: (signal) => running.kill(signal),
    restart: () => Promise.resolve(running.kill('SIGTERM')),
    absence: {
      begin: () => {
        isHeld = true;
        running.kill('SIGKILL');
      },
      end: async () => {
        isHeld = false;
        if (!isUp) await again();
      },
    },
    stop: async () => {
      stopping = true;
      await running.stop();
      rmSync(sockets, { recursive: true, force: true });
    },
  };
}
