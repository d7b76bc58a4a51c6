// Presence of workers: a key in Redis that every worker renews.
import type { Redis } from 'ioredis';

const renewEveryMs = 3_000;
const keptMs = 9_000;

export interface WorkerPresence {
  /** Renews the key until `end`. */
  announce(): { end(): void };
  isAnyAlive(): Promise<boolean>;
}

export function createWorkerPresence(redis: Redis, prefix: string): WorkerPresence {
  const key = `${prefix}:worker-alive`;
  return {
    announce: () => {
      const renew = (): void => {
        // Failures of the store have their own check.
        redis.set(key, '1', 'PX', keptMs).catch(() => undefined);
      };
      renew();
      const timer = setInterval(renew, renewEveryMs).unref();
      return { end: () => clearInterval(timer) };
    },
    isAnyAlive: async () => (await redis.exists(key)) === 1,
  };
}
