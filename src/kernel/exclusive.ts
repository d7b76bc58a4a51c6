// Exclusive work: one holder of a name at a time, over all processes.
import type { Redis } from 'ioredis';
import { deferJob } from './not-yet.ts';

/** A lock expires some time after the end of its process, ms; it is renewed during the work. */
const holdMs = 10_000;
const againMs = 300;

/** KEYS name. ARGV holder, ms; 0 releases the lock. */
const hold = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return 1
`;

export interface Exclusive {
  /**
   * Does the work while nobody else holds the lock. The same holder can resume it after a crash.
   * @throws transient/not_yet while another holder has it.
   */
  run<T>(name: string, holder: string, work: () => Promise<T>): Promise<T>;
}

/** @param prefix begins every key. */
export function createExclusive(redis: Redis, prefix: string): Exclusive {
  const keep = async (name: string, holder: string, ms: number): Promise<boolean> =>
    (await redis.eval(hold, 1, `${prefix}:exclusive:${name}`, holder, ms)) === 1;
  return {
    run: async (name, holder, work) => {
      if (!(await keep(name, holder, holdMs)))
        throw deferJob('Another job is at work on it.', againMs);
      const renewal = setInterval(() => {
        keep(name, holder, holdMs).catch(() => undefined);
      }, holdMs / 3).unref();
      try {
        return await work();
      } finally {
        clearInterval(renewal);
        // The lock expires soon.
        await keep(name, holder, 0).catch(() => undefined);
      }
    },
  };
}
