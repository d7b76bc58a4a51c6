// Redis store of the watch: memories, leases and subscriptions.
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { type Lease, storedLease } from '../../../src/gateway/runs.ts';
import type { Log } from '../../../src/kernel/log.ts';
import { createRecordReader } from '../../../src/kernel/stored.ts';
import { type WatchMemory, watchMemory } from './memory.ts';
import { type NoticeEvent, noticeEvents } from './notices.ts';

const eventList = z.array(z.enum(noticeEvents));

export interface Leases {
  read(gateway: string): Promise<Lease | undefined>;
  /** Writes `after` (undefined: none) only over `before`; false after a concurrent change. */
  replace(gateway: string, before: Lease | undefined, after: Lease | undefined): Promise<boolean>;
}

export interface Subscriptions {
  /** Events of every subscribed channel. */
  all(): Promise<Readonly<Record<string, readonly NoticeEvent[]>>>;
  of(channel: string): Promise<readonly NoticeEvent[]>;
  /** No events: notifications are off. @param by the Slack user who set them. */
  set(channel: string, events: readonly NoticeEvent[], by?: string): Promise<void>;
  /** The Slack user who set the channel's events, if known. */
  ownerOf(channel: string): Promise<string | undefined>;
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
export function createWatchStore(redis: Redis, prefix: string, log: Log): WatchStore {
  const read = createRecordReader(log);
  const memoryKey = (gateway: string): string => `${prefix}:watch:${gateway}`;
  const leaseKey = (gateway: string): string => `${prefix}:lease:${gateway}`;
  const subscriptions = `${prefix}:subscriptions`;
  const owners = `${prefix}:subscription-owners`;
  const eventsOf = (channel: string, kept: string | null): NoticeEvent[] =>
    read(eventList, `${subscriptions} ${channel}`, kept) ?? [];
  const text = (lease: Lease | undefined): string =>
    lease === undefined ? '' : JSON.stringify(lease);
  return {
    leases: {
      read: async (gateway) =>
        read(storedLease, leaseKey(gateway), await redis.get(leaseKey(gateway))),
      replace: async (gateway, before, after) => {
        const key = leaseKey(gateway);
        const kept = (await redis.get(key)) ?? '';
        // An unreadable lease is replaced as none would be.
        const isNone = before === undefined && read(storedLease, key, kept) === undefined;
        const was = isNone ? kept : text(before);
        return (await redis.eval(replaceLease, 1, key, was, text(after))) === 1;
      },
    },
    subscriptions: {
      all: async () =>
        Object.fromEntries(
          Object.entries(await redis.hgetall(subscriptions)).map(([channel, events]) => [
            channel,
            eventsOf(channel, events),
          ]),
        ),
      of: async (channel) => eventsOf(channel, await redis.hget(subscriptions, channel)),
      set: async (channel, events, by) => {
        const both = redis.multi();
        both.hdel(owners, channel);
        if (events.length === 0) both.hdel(subscriptions, channel);
        else both.hset(subscriptions, channel, JSON.stringify(events));
        if (events.length > 0 && by !== undefined) both.hset(owners, channel, by);
        await both.exec();
      },
      ownerOf: async (channel) => (await redis.hget(owners, channel)) ?? undefined,
    },
    memory: async (gateway) =>
      read(watchMemory, memoryKey(gateway), await redis.get(memoryKey(gateway))),
    saveMemory: async (gateway, memory) =>
      void (await redis.set(memoryKey(gateway), JSON.stringify(memory))),
  };
}
