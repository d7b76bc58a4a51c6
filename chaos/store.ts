// Reader of the bot's Redis: keys, contents, and waiting work.
import type { Redis } from 'ioredis';
import { connectRedis } from '../src/kernel/redis.ts';

export interface StoredKey {
  readonly key: string;
  readonly text: string;
  readonly bytes: number;
  /** ms; -1: no expiry. */
  readonly ttlMs: number;
}

/** Every key with its content as text. */
export async function readStore(url: string): Promise<StoredKey[]> {
  return withRedis(url, async (redis) => {
    const found: StoredKey[] = [];
    for (const key of await allKeys(redis)) {
      const [type, ttlMs, bytes] = await Promise.all([
        redis.type(key),
        redis.pttl(key),
        redis.memory('USAGE', key, 'SAMPLES', 0),
      ]);
      const text = JSON.stringify(await contentOf(redis, type, key));
      // -2: it has expired since the scan.
      if (ttlMs !== -2) found.push({ key, text, bytes: bytes ?? 0, ttlMs });
    }
    return found;
  });
}

export async function withRedis<T>(url: string, look: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = connectRedis(url);
  try {
    return await look(redis);
  } finally {
    redis.disconnect();
  }
}

async function allKeys(redis: Redis): Promise<string[]> {
  const found = new Set<string>();
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'COUNT', 500);
    for (const key of keys) found.add(key);
    cursor = next;
  } while (cursor !== '0');
  return [...found].toSorted();
}

function contentOf(redis: Redis, type: string, key: string): Promise<unknown> {
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'hash':
      return redis.hgetall(key);
    case 'zset':
      return redis.zrange(key, '0', '-1', 'WITHSCORES');
    case 'stream':
      return redis.xrange(key, '-', '+');
    default:
      return Promise.resolve(null);
  }
}

/** Work that is due, or will be soon, without repeated schedules. */
export async function pendingWork(redis: Redis): Promise<string[]> {
  const prefix = 'llmgw:queue:';
  const keys = (await allKeys(redis)).filter((key) => key.startsWith(prefix));
  const found: string[] = [];
  for (const key of keys) {
    const [queue = '', kind = ''] = key.slice(prefix.length).split(':');
    const ids = await idsIn(redis, kind, key);
    for (const id of ids) if (!id.startsWith('repeat:')) found.push(`${queue} ${kind} ${id}`);
  }
  const open = await redis.smembers('llmgw:open');
  return [...found, ...open.map((run) => `run ${run}`)];
}

/** Later jobs are separate events, such as the end of a lease or of an approval request. */
const soonMs = 600_000;
/** BullMQ keeps the due time of a delayed job above these bits of its score. */
const scoreUnit = 4_096;

async function idsIn(redis: Redis, kind: string, key: string): Promise<string[]> {
  switch (kind) {
    case 'wait':
    case 'active':
    case 'paused':
      return redis.lrange(key, 0, -1);
    case 'prioritized':
      return redis.zrange(key, '0', '-1');
    case 'delayed':
      return redis.zrangebyscore(key, '-inf', (Date.now() + soonMs) * scoreUnit);
    default:
      return [];
  }
}
