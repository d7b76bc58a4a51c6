// Health checks of Redis connections.
import type { Redis } from 'ioredis';
import type { HealthChecks } from './health.ts';
import { fail } from './errors.ts';

export interface StoreHealthOptions {
  /** By the name of their check. */
  readonly connections: Readonly<Record<string, Redis>>;
  readonly prefix: string;
}

const keptMs = 60_000;

/** A PING also succeeds on a replica and in a full Redis, so the check writes. */
export function storeChecks({ connections, prefix }: StoreHealthOptions): HealthChecks {
  const entries = Object.entries(connections).map(([name, redis]) => {
    const check = async (): Promise<void> => {
      if (redis.status === 'end')
        throw fail('bug', 'store_closed', 'The connection to Redis is closed');
      await redis.set(`${prefix}:health:${name}`, String(Date.now()), 'PX', keptMs);
    };
    return [name, { check, kind: 'work' as const }] as const;
  });
  return Object.fromEntries(entries);
}
