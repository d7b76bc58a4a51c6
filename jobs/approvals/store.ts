// Approval store: questions in Redis, each decided once.
import type { Redis } from 'ioredis';
import type { ApprovalRequest, Question } from './questions.ts';
import { decideOnce, expireOnce, openInSlot, openOnce, reopenSame } from './scripts.ts';

export type Approval = Question;
export type Decision = NonNullable<Question['decision']>;

export interface AskedPlace {
  readonly channel: string;
  readonly ts: string;
}

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
  read(id: string): Promise<Approval | undefined>;
  /** Open questions, oldest first. */
  waiting(): Promise<Approval[]>;
  /** The effective decision: this one or an earlier one. undefined when the question is gone. */
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
export function createApprovals(redis: Redis, prefix: string): Approvals {
  const key = (id: string): string => `${prefix}:approval:${id}`;
  const placesKey = (id: string): string => `${prefix}:approval:${id}:places`;
  const read = async (id: string): Promise<Approval | undefined> => {
    const { request, until, decision } = await redis.hgetall(key(id));
    if (request === undefined) return undefined;
    return {
      request: JSON.parse(request) as ApprovalRequest,
      until: Number(until),
      decision: decision === undefined ? undefined : (JSON.parse(decision) as Decision),
    };
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
      await redis.eval(openOnce, 2, key(id), placesKey(id), text, ...times);
      const opened = await read(request.id);
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
      const decision = typeof made === 'string' ? (JSON.parse(made) as Decision) : undefined;
      return decision?.verdict === 'expired' ? decision : undefined;
    },
    decide: async (id, decision) => {
      const text = JSON.stringify(decision);
      const made = await redis.eval(decideOnce, 1, key(id), text, decision.at);
      await redis.zrem(waitingKey, id);
      return typeof made === 'string' ? (JSON.parse(made) as Decision) : undefined;
    },
    reopen: async (id, decision) => {
      await redis.eval(reopenSame, 1, key(id), JSON.stringify(decision));
      const reopened = await read(id);
      if (reopened !== undefined) await redis.zadd(waitingKey, reopened.until, id);
    },
    drop: async (id) => {
      await redis.del(key(id), placesKey(id));
      await redis.zrem(waitingKey, id);
    },
    ...places(redis, placesKey),
  };
}

function places(
  redis: Redis,
  placesKey: (id: string) => string,
): Pick<Approvals, 'addPlace' | 'places'> {
  return {
    addPlace: async (id, place) => {
      await redis.rpush(placesKey(id), JSON.stringify(place));
      await redis.pexpire(placesKey(id), 2 * keptMs);
    },
    places: async (id) =>
      (await redis.lrange(placesKey(id), 0, -1)).map((place) => JSON.parse(place) as AskedPlace),
  };
}
