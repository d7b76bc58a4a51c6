// Health checks of Redis connections, and the eviction policy warning.
import type { Redis } from 'ioredis';
import type { HealthChecks } from './health.ts';
import type { Log } from './log.ts';
import { fail, toFault } from './errors.ts';

export interface StoreHealthOptions {
  /** By the name of their check. */
  readonly connections: Readonly<Record<string, Redis>>;
  readonly prefix: string;
  readonly log: Log;
}

const keptMs = 60_000;

/** A PING also succeeds on a replica and in a full Redis, so the check writes. */
export function storeChecks({ connections, prefix, log }: StoreHealthOptions): HealthChecks {
  const policy = createPolicyWarning(log);
  const entries = Object.entries(connections).map(([name, redis]) => {
    const check = async (): Promise<void> => {
      if (redis.status === 'end')
        throw fail('bug', 'store_closed', 'The connection to Redis is closed');
      await redis.set(`${prefix}:health:${name}`, String(Date.now()), 'PX', keptMs);
      void policy(redis);
    };
    return [name, { check, kind: 'work' as const }] as const;
  });
  return Object.fromEntries(entries);
}

/** Warns once if Redis may evict keys: a lost key is a lost run. Retries until it has an answer. */
export function createPolicyWarning(log: Log): (redis: Redis) => Promise<void> {
  let isKnown = false;
  return async (redis) => {
    if (isKnown) return;
    isKnown = true;
    try {
      const policy = /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
      if (policy === undefined || policy === 'noeviction') return;
      const next =
        'Set maxmemory-policy of the Redis at REDIS_URL to noeviction. With any other policy, a full Redis drops runs.';
      log.warn({ policy, variable: 'REDIS_URL', next }, 'redis eviction policy unsafe');
    } catch (error) {
      isKnown = false;
      log.debug({ fault: toFault(error) }, 'redis eviction policy unknown');
    }
  };
}
