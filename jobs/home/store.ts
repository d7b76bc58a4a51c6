// Redis store of Home: viewers, last reports and publishing order.
import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Log } from '../../src/kernel/log.ts';
import { createRecordReader } from '../../src/kernel/stored.ts';
import type { Mrkdwn } from '../../src/slack/messages/mrkdwn.ts';
import type { HomeReport } from './report.ts';
import { storedReport } from './stored-report.ts';

export interface HomeNotice {
  readonly text: Mrkdwn;
  /** ms since the epoch. */
  readonly at: number;
}

export interface HomeStore {
  /** Marks the person as a viewer. */
  opened(user: string): Promise<void>;
  /** People who opened it within a working day, latest first. */
  viewers(): Promise<string[]>;
  isViewer(user: string): Promise<boolean>;
  /** Call before any read: the later read wins. */
  begin(user: string): Promise<number>;
  /** Publishes alone for this person, unless a later update is shown: then false. */
  inOrder(user: string, begun: number, show: () => Promise<void>): Promise<boolean>;
  keep(report: HomeReport): Promise<void>;
  kept(user: string): Promise<HomeReport | undefined>;
  /** Result of the person's last action, shown for five minutes. */
  note(user: string, notice: HomeNotice): Promise<void>;
  notice(user: string): Promise<HomeNotice | undefined>;
}

const storedNotice = z.object({
  text: z.custom<Mrkdwn>((value) => typeof value === 'string'),
  at: z.number(),
});

/** Lifetime of a report without a viewer. */
const lookedMs = 12 * 3_600_000;
const noticeMs = 300_000;
/** Longer than any call to Slack, so that only a dead process loses its turn. */
const turnMs = 15_000;
const turnLookMs = 50;

/** KEYS turn. ARGV token. */
const endTurn = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`;

/** @param prefix begins every key. */
export function createHomeStore(redis: Redis, prefix: string, log: Log): HomeStore {
  const read = createRecordReader(log);
  const key = (kind: string, user: string): string => `${prefix}:home:${kind}:${user}`;
  const viewers = `${prefix}:home:viewers`;
  const inTurn = async <T>(user: string, work: () => Promise<T>): Promise<T> => {
    const token = randomUUID();
    while ((await redis.set(key('turn', user), token, 'PX', turnMs, 'NX')) !== 'OK') {
      await after(turnLookMs);
    }
    try {
      return await work();
    } finally {
      await redis.eval(endTurn, 1, key('turn', user), token);
    }
  };
  return {
    opened: async (user) => {
      const now = Date.now();
      await redis
        .multi()
        .zadd(viewers, now, user)
        .zremrangebyscore(viewers, '-inf', now - lookedMs)
        .exec();
    },
    viewers: () => redis.zrange(viewers, '+inf', String(Date.now() - lookedMs), 'BYSCORE', 'REV'),
    isViewer: async (user) =>
      Number((await redis.zscore(viewers, user)) ?? 0) > Date.now() - lookedMs,
    begin: async (user) => {
      const replies = await redis
        .multi()
        .incr(key('begun', user))
        .pexpire(key('begun', user), 2 * lookedMs)
        .exec();
      return Number(replies?.[0]?.[1] ?? 0);
    },
    inOrder: (user, begun, show) =>
      inTurn(user, async () => {
        if (Number((await redis.get(key('shown', user))) ?? 0) > begun) return false;
        await show();
        // It ends before the count that it is compared with.
        await redis.set(key('shown', user), begun, 'PX', lookedMs);
        return true;
      }),
    keep: async (report) =>
      void (await redis.set(key('kept', report.user), JSON.stringify(report), 'PX', lookedMs)),
    kept: async (user) => read(storedReport, key('kept', user), await redis.get(key('kept', user))),
    note: async (user, notice) =>
      void (await redis.set(key('notice', user), JSON.stringify(notice), 'PX', noticeMs)),
    notice: async (user) =>
      read(storedNotice, key('notice', user), await redis.get(key('notice', user))),
  };
}
