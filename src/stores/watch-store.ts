// What the watch keeps in Redis: what is remembered of each gateway, its lease, and which channels asked to be told of what.
import type { Redis } from 'ioredis';
import type { NoticeEvent } from '../../jobs/notices.ts';
import type { Lease } from '../../jobs/watch/lease.ts';
import type { WatchMemory } from '../../jobs/watch/memory.ts';

export interface Leases {
  read(gateway: string): Promise<Lease | undefined>;
  /** Writes `after` (undefined: none) only over `before`; false when somebody else was first. */
  replace(gateway: string, before: Lease | undefined, after: Lease | undefined): Promise<boolean>;
}

export interface Subscriptions {
  /** Events of every channel that asked for some. */
  all(): Promise<Readonly<Record<string, readonly NoticeEvent[]>>>;
  of(channel: string): Promise<readonly NoticeEvent[]>;
  /** No events: the channel hears nothing more. */
  set(channel: string, events: readonly NoticeEvent[]): Promise<void>;
}

export interface WatchStore {
  readonly leases: Leases;
  readonly subscriptions: Subscriptions;
  memory(gateway: string): Promise<WatchMemory | undefined>;
  saveMemory(gateway: string, memory: WatchMemory): Promise<void>;
}

/** KEYS lease. ARGV what it must be, what it becomes; an empty one is none. */
const replaceLease = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2]) end
return 1
`;

/** @param prefix begins every key. */
export function createWatchStore(redis: Redis, prefix: string): WatchStore {
  const memoryKey = (gateway: string): string => `${prefix}:watch:${gateway}`;
  const leaseKey = (gateway: string): string => `${prefix}:lease:${gateway}`;
  const subscriptions = `${prefix}:subscriptions`;
  const read = async <T>(key: string): Promise<T | undefined> => {
    const kept = await redis.get(key);
    return kept === null ? undefined : (JSON.parse(kept) as T);
  };
  const text = (lease: Lease | undefined): string =>
    lease === undefined ? '' : JSON.stringify(lease);
  return {
    leases: {
      read: (gateway) => read<Lease>(leaseKey(gateway)),
      replace: async (gateway, before, after) =>
        (await redis.eval(replaceLease, 1, leaseKey(gateway), text(before), text(after))) === 1,
    },
    subscriptions: {
      all: async () =>
        Object.fromEntries(
          Object.entries(await redis.hgetall(subscriptions)).map(([channel, events]) => [
            channel,
            JSON.parse(events) as NoticeEvent[],
          ]),
        ),
      of: async (channel) => {
        const kept = await redis.hget(subscriptions, channel);
        return kept === null ? [] : (JSON.parse(kept) as NoticeEvent[]);
      },
      set: async (channel, events) => {
        if (events.length === 0) await redis.hdel(subscriptions, channel);
        else await redis.hset(subscriptions, channel, JSON.stringify(events));
      },
    },
    memory: (gateway) => read<WatchMemory>(memoryKey(gateway)),
    saveMemory: async (gateway, memory) =>
      void (await redis.set(memoryKey(gateway), JSON.stringify(memory))),
  };
}
