// Approval store: questions in Redis, each decided once.
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Log } from '../../src/kernel/log.ts';
import { createRecordReader } from '../../src/kernel/stored.ts';
import {
  type ApprovalRequest,
  type Decision,
  type Question,
  storedDecision,
  storedRequest,
} from './questions.ts';
import { decideOnce, expireOnce, openInSlot, openOnce, reopenSame } from './scripts.ts';

export type Approval = Question;

const askedPlace = z.object({ channel: z.string(), ts: z.string() });
export type AskedPlace = Readonly<z.infer<typeof askedPlace>>;

export interface Approvals {
  /** Opens the question; an open or decided one stays, an expired one is opened again. */
  open(request: ApprovalRequest, until: number): Promise<Approval>;
  /**
   * Opens it as the only open question of a slot: an open one there is withdrawn, unless it has the same hash.
   * @returns ids of the open question and of the withdrawn one.
   */
  openOnly(
    slot: string,
    request: ApprovalRequest,
    until: number,
  ): Promise<{ readonly open: string; readonly withdrawn: string | undefined }>;
  /** undefined also if it cannot be read: then it approves nothing. */
  read(id: string): Promise<Approval | undefined>;
  /** Open questions, oldest first. */
  waiting(): Promise<Approval[]>;
  /** The effective decision: this one or an earlier one. undefined without the question. */
  decide(id: string, decision: Decision): Promise<Decision | undefined>;
  /** Expires the question; undefined when it is decided or has time left. */
  expire(id: string, now: number): Promise<Decision | undefined>;
  /** Reverts a decision that could not be carried out. */
  reopen(id: string, decision: Decision): Promise<void>;
  /** Deletes the question, so that the next request asks again. */
  drop(id: string): Promise<void>;
  /** Records a place of the question. */
  addPlace(id: string, place: AskedPlace): Promise<void>;
  places(id: string): Promise<AskedPlace[]>;
}

/** Retention after the expiry, so that a late action gets an answer. */
const keptMs = 7 * 86_400_000;

/** @param prefix begins every key. */
export function createApprovals(redis: Redis, prefix: string, log: Log): Approvals {
  const key = (id: string): string => `${prefix}:approval:${id}`;
  const placesKey = (id: string): string => `${key(id)}:places`;
  const { read, readDecision, readPlaces } = readerOf(redis, key, log);
  const drop = async (id: string): Promise<void> => {
    await redis.del(key(id), placesKey(id));
    await redis.zrem(waitingKey, id);
  };
  const waitingKey = `${prefix}:approvals:waiting`;
  return {
    read,
    waiting: async () => {
      const ids = await redis.zrange(waitingKey, String(Date.now()), '+inf', 'BYSCORE');
      const found = await Promise.all(ids.map(read));
      return found.filter((one) => one !== undefined && one.decision === undefined) as Approval[];
    },
    open: async (request, until) => {
      const { id } = request;
      const times = [until, Date.now(), until + keptMs];
      const text = JSON.stringify(request);
      // An unreadable question is asked again: nobody could decide it.
      if ((await redis.exists(key(id))) === 1 && (await read(id)) === undefined) await drop(id);
      await redis.eval(openOnce, 2, key(id), placesKey(id), text, ...times);
      const opened = await read(id);
      if (opened !== undefined && opened.decision === undefined) {
        await redis.zremrangebyscore(waitingKey, '-inf', Date.now());
        await redis.zadd(waitingKey, opened.until, request.id);
      }
      return opened ?? { request, until, decision: undefined };
    },
    openOnly: async (slot, request, until) => {
      const now = Date.now();
      const withdrawal: Decision = { by: request.by.user, verdict: 'withdrawn', at: now };
      const { id, hash } = request;
      const [open, withdrawn] = (await redis.eval(
        openInSlot,
        2,
        key(id),
        `${prefix}:approval-slot:${slot}`,
        id,
        JSON.stringify(request),
        hash,
        until,
        JSON.stringify(withdrawal),
        now,
        until + keptMs,
        key(''),
      )) as [string, string];
      if (open === id) await redis.zadd(waitingKey, until, id);
      if (withdrawn !== '') await redis.zrem(waitingKey, withdrawn);
      return { open, withdrawn: withdrawn === '' ? undefined : withdrawn };
    },
    expire: async (id, now) => {
      const expiry: Decision = { by: '', verdict: 'expired', at: now };
      const made = await redis.eval(expireOnce, 1, key(id), JSON.stringify(expiry), now);
      const decision = readDecision(id, made);
      return decision?.verdict === 'expired' ? decision : undefined;
    },
    decide: async (id, decision) => {
      const text = JSON.stringify(decision);
      const made = await redis.eval(decideOnce, 1, key(id), text, decision.at);
      await redis.zrem(waitingKey, id);
      return readDecision(id, made);
    },
    reopen: async (id, decision) => {
      await redis.eval(reopenSame, 1, key(id), JSON.stringify(decision));
      const reopened = await read(id);
      if (reopened !== undefined) await redis.zadd(waitingKey, reopened.until, id);
    },
    drop,
    addPlace: async (id, place) => {
      await redis.rpush(placesKey(id), JSON.stringify(place));
      await redis.pexpire(placesKey(id), 2 * keptMs);
    },
    places: async (id) => readPlaces(id, await redis.lrange(placesKey(id), 0, -1)),
  };
}

/** @param key of a question by its id. */
function readerOf(redis: Redis, key: (id: string) => string, log: Log) {
  const readRecord = createRecordReader(log);
  const readDecision = (id: string, made: unknown): Decision | undefined =>
    readRecord(storedDecision, `${key(id)} decision`, typeof made === 'string' ? made : undefined);
  return {
    readDecision,
    readPlaces: (id: string, places: readonly string[]): AskedPlace[] =>
      places.flatMap((place) => readRecord(askedPlace, `${key(id)} places`, place) ?? []),
    read: async (id: string): Promise<Approval | undefined> => {
      const { request: asked, until, decision: made } = await redis.hgetall(key(id));
      const request = readRecord(storedRequest, key(id), asked);
      const decision = readDecision(id, made);
      if (request === undefined || (made !== undefined && decision === undefined)) return undefined;
      return { request, until: Number(until), decision };
    },
  };
}
