// Shared state of asks in Redis: queues per person, stops, conversations; no secrets.
import type { Conversation } from '../../src/slack/dispatch/handlers.ts';
import type { Asks } from './context.ts';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Log } from '../../src/kernel/log.ts';
import { createRecordReader } from '../../src/kernel/stored.ts';
import { subscriberOf } from '../../src/kernel/redis.ts';

export interface AskStore extends Asks {
  /** Reserves a place in the person's queue until the job takes it; returns the number of their questions ahead of it. */
  enter(user: string, job: string): Promise<number>;
  stop(job: string): Promise<void>;
  /** The conversation that replies in the thread continue; undefined if there is none. */
  conversation(thread: string): Promise<Conversation | undefined>;
  close(): Promise<void>;
}

const storedTurn = z.object({ job: z.string(), prompt: z.string(), answer: z.string() });

/** Questions of one person that are answered in parallel; the others wait and delay nobody else. */
const atOncePerPerson = 3;
/** Expiry of a place that no job takes: the process may have died before it queued the job. */
const reservedMs = 15_000;
/** Expiry of a place that a job holds; the job renews it while it waits or is answered. */
const heldMs = 60_000;
const stopMs = 3_600_000;
const conversationMs = 86_400_000;
const turnsKept = 30;
/** Written by earlier versions; no gateway has this name. */
const withoutGateway = '1';

/**
 * KEYS queue (by arrival), holds (by their end). ARGV now, end of the hold, ms kept, job.
 * Returns the number of jobs ahead of the job, which keeps its place.
 */
const takePlace = `
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1])) do
  redis.call('ZREM', KEYS[1], gone)
  redis.call('ZREM', KEYS[2], gone)
end
redis.call('ZADD', KEYS[1], 'NX', ARGV[1], ARGV[4])
redis.call('ZADD', KEYS[2], 'GT', ARGV[2], ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return redis.call('ZRANK', KEYS[1], ARGV[4])
`;

/** @param prefix begins every key. */
export function createAskStore(redis: Redis, prefix: string, log: Log): AskStore {
  const read = createRecordReader(log);
  const key = (kind: string, id: string): string => `${prefix}:ask:${kind}:${id}`;
  const stops = createStops(redis, `${prefix}:ask:stops`, (job) => key('stop', job));
  const rank = async (user: string, job: string, holdMs: number): Promise<number> => {
    const now = Date.now();
    const keys = [key('places', user), key('holds', user)];
    return Number(await redis.eval(takePlace, 2, ...keys, now, now + holdMs, heldMs, job));
  };
  return {
    ...stops,
    enter: (user, job) => rank(user, job, reservedMs),
    ahead: async (user, job) => Math.max(0, (await rank(user, job, heldMs)) - atOncePerPerson + 1),
    hold: (user, job) => {
      const renew = (): void => {
        // A place that could not be renewed is lost, and the next try takes it again.
        rank(user, job, heldMs).catch(() => undefined);
      };
      const timer = setInterval(renew, heldMs / 3).unref();
      return { end: () => clearInterval(timer) };
    },
    leave: async (user, job) => {
      await redis.multi().zrem(key('places', user), job).zrem(key('holds', user), job).exec();
    },
    conversation: async (thread) => {
      const kept = await redis.get(key('thread', thread));
      if (kept === null) return undefined;
      return { gateway: kept === withoutGateway ? undefined : kept };
    },
    begin: async (thread, gateway) =>
      void (await redis.set(key('thread', thread), gateway, 'PX', conversationMs)),
    turns: async (thread) =>
      (await redis.lrange(key('turns', thread), 0, -1)).flatMap(
        (turn) => read(storedTurn, key('turns', thread), turn) ?? [],
      ),
    addTurn: async (thread, gateway, turn) => {
      await redis
        .multi()
        .rpush(key('turns', thread), JSON.stringify(turn))
        .ltrim(key('turns', thread), -turnsKept, -1)
        .pexpire(key('turns', thread), conversationMs)
        .set(key('thread', thread), gateway, 'PX', conversationMs)
        .exec();
    },
  };
}

/** A stop is stored for an ask that has not started, and broadcast for one that has. */
function createStops(
  redis: Redis,
  channel: string,
  key: (job: string) => string,
): Pick<AskStore, 'onStop' | 'stop' | 'close'> {
  const listening = new Map<string, Set<() => void>>();
  let ear: Redis | undefined;
  let ready: Promise<unknown> | undefined;
  const hear = async (): Promise<void> => {
    if (ear === undefined) {
      ear = subscriberOf(redis);
      ear.on('error', () => undefined);
      ear.on('message', (_channel, job) => {
        for (const stop of listening.get(job) ?? []) stop();
      });
    }
    ready ??= ear.subscribe(channel);
    try {
      await ready;
    } catch (error) {
      // The next ask subscribes again.
      ready = undefined;
      throw error;
    }
  };
  return {
    onStop: async (job, stop) => {
      await hear();
      const all = listening.get(job) ?? new Set();
      all.add(stop);
      listening.set(job, all);
      const end = (): void => {
        all.delete(stop);
        if (all.size === 0) listening.delete(job);
      };
      if ((await redis.exists(key(job))) === 1) stop();
      return { end };
    },
    stop: async (job) => {
      await redis.set(key(job), '1', 'PX', stopMs);
      await redis.publish(channel, job);
    },
    close: async () => void (await ear?.quit().catch(() => undefined)),
  };
}
