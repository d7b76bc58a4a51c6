// Counts of uses in windows from their first use, over all processes.
import type { Redis } from 'ioredis';

export interface Used {
  readonly used: number;
  /** ms since the epoch; undefined without a use. */
  readonly resetsAt: number | undefined;
}

export interface UsageCounter {
  /** Adds one use now, and returns the number of uses in its window, this one included. */
  count(key: string, windowMs: number): Promise<number>;
  /** The current window; counts nothing. */
  read(key: string): Promise<Used>;
  /** True for one caller in the current window, over all processes; false without a window. */
  claim(key: string): Promise<boolean>;
}

/** KEYS count, claim. The claim ends with the window. */
const claimOnce = `
local leftMs = redis.call('PTTL', KEYS[1])
if leftMs <= 0 then return 0 end
if redis.call('SET', KEYS[2], '1', 'PX', leftMs, 'NX') then return 1 end
return 0
`;

export function createUsageCounter(redis: Redis, prefix: string): UsageCounter {
  const keyOf = (name: string): string => `${prefix}:usage:window:${name}`;
  const claimOf = (name: string): string => `${prefix}:usage:claim:${name}`;
  return {
    count: async (name, windowMs) => {
      const key = keyOf(name);
      const replies = await redis.multi().set(key, 0, 'PX', windowMs, 'NX').incr(key).exec();
      return Number(replies?.[1]?.[1] ?? 1);
    },
    read: async (name) => {
      const key = keyOf(name);
      const replies = await redis.multi().get(key).pttl(key).exec();
      const used = Number(replies?.[0]?.[1] ?? 0);
      const leftMs = Number(replies?.[1]?.[1] ?? 0);
      return { used, resetsAt: leftMs > 0 ? Date.now() + leftMs : undefined };
    },
    claim: async (name) => (await redis.eval(claimOnce, 2, keyOf(name), claimOf(name))) === 1,
  };
}
