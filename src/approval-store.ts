// Questions to operators, kept until one of them decides or the time is over: each is decided once.
import type { Redis } from 'ioredis';
import type { ApprovalRequest } from '../jobs/audience.ts';

export interface Decision {
  /** Slack id. */
  readonly by: string;
  readonly verdict: 'approved' | 'denied';
  readonly at: number;
}

export interface Approval {
  readonly request: ApprovalRequest;
  /** ms since the epoch: what nobody has approved by then is denied. */
  readonly until: number;
  readonly decision: Decision | undefined;
}

export interface AskedPlace {
  readonly channel: string;
  readonly ts: string;
}

export interface Approvals {
  /** Opens the question; one that is open already stays as it is. */
  open(request: ApprovalRequest, until: number): Promise<Approval>;
  read(id: string): Promise<Approval | undefined>;
  /** Questions that nobody has decided and whose time is not over, the oldest first. */
  waiting(): Promise<Approval[]>;
  /** The decision that counts: this one, or one that was made before. undefined when the question is gone. */
  decide(id: string, decision: Decision): Promise<Decision | undefined>;
  /** Takes back a decision that could not be carried out. */
  reopen(id: string, decision: Decision): Promise<void>;
  /** Where it was asked. */
  addPlace(id: string, place: AskedPlace): Promise<void>;
  places(id: string): Promise<AskedPlace[]>;
}

/** KEYS question. ARGV decision, now. A hash field is set once, and not after the end. */
const decideOnce = `
local untilAt = redis.call('HGET', KEYS[1], 'until')
if not untilAt then return nil end
local made = redis.call('HGET', KEYS[1], 'decision')
if made then return made end
if tonumber(untilAt) <= tonumber(ARGV[2]) then return nil end
redis.call('HSET', KEYS[1], 'decision', ARGV[1])
return ARGV[1]
`;

const reopenSame = `
if redis.call('HGET', KEYS[1], 'decision') == ARGV[1] then redis.call('HDEL', KEYS[1], 'decision') end
return 1
`;

/** Kept for so long after its end, for whoever presses late to be told. */
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
      await redis.hsetnx(key(request.id), 'request', JSON.stringify(request));
      await redis.hsetnx(key(request.id), 'until', until);
      await redis.pexpireat(key(request.id), until + keptMs);
      const opened = await read(request.id);
      if (opened !== undefined && opened.decision === undefined) {
        await redis.zremrangebyscore(waitingKey, '-inf', Date.now());
        await redis.zadd(waitingKey, opened.until, request.id);
      }
      return opened ?? { request, until, decision: undefined };
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
    addPlace: async (id, place) => {
      await redis.rpush(placesKey(id), JSON.stringify(place));
      await redis.pexpire(placesKey(id), 2 * keptMs);
    },
    places: async (id) =>
      (await redis.lrange(placesKey(id), 0, -1)).map((place) => JSON.parse(place) as AskedPlace),
  };
}
