// Counts uses over a sliding window, over all processes: what this bot knows of a quota that no API tells.
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

export interface UsageCounter {
  /** Adds one use now, and returns how many there were in the last `windowMs`, this one included. */
  count(key: string, windowMs: number): Promise<number>;
}

export function createUsageCounter(redis: Redis, prefix: string): UsageCounter {
  return {
    count: async (name, windowMs) => {
      const key = `${prefix}:usage:${name}`;
      const now = Date.now();
      const replies = await redis
        .multi()
        .zremrangebyscore(key, 0, now - windowMs)
        .zadd(key, now, `${now}-${randomUUID()}`)
        .zcard(key)
        .pexpire(key, windowMs)
        .exec();
      return Number(replies?.[2]?.[1] ?? 1);
    },
  };
}
