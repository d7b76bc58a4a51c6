// Rate limits of the whole workspace, shared by all processes through Redis.
import type { Redis } from 'ioredis';
import { unlessStoreTrouble } from '../../kernel/store-faults.ts';
import { pacedWindow } from './paced-window.ts';

export interface CallBudget {
  /** Takes one of `limit` places a minute; false when none is left. */
  reserve(name: string, limit: number): Promise<boolean>;
  /** 0 when the call may be made now, and is then counted; else the delay before asking again, ms. */
  admit(name: string, pace: Pace): Promise<number>;
  /** Takes the next slot for a post in the channel, and returns its delay in ms. */
  queuePost(channel: string): Promise<number>;
}

export interface Pace {
  /** Calls a minute. */
  readonly limit: number;
  /** Number of calls without a pause; later ones have this distance, ms. */
  readonly free: number;
  readonly spacingMs: number;
}

const windowMs = 61_000;
/** Slack accepts one message a second in a channel, and tolerates short bursts. */
const postEveryMs = 1_050;
const postsAtOnce = 4;

/** KEYS calls. ARGV limit, window, free, spacing, random. Returns ms to wait. */
const admitScript = `${pacedWindow}
return admitIn(KEYS[1], nowMs(), ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
`;

/** KEYS channel. ARGV interval, burst. The next free slot is stored: later callers wait longer. */
const queueScript = `${pacedWindow}
local now = nowMs()
local due = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0')) + ARGV[1]
redis.call('SET', KEYS[1], due, 'PX', math.ceil(due - now) + 1000)
return math.max(0, math.ceil(due - now - ARGV[1] * ARGV[2]))
`;

/** Without the store there are no limits: people see its failure, and Slack's own refusals name a pause. @param factor of Slack's published limits that the app is granted. */
export function createCallBudget(redis: Redis, prefix: string, factor: number): CallBudget {
  const key = (kind: string, name: string): string => `${prefix}:slack:${kind}:${name}`;
  const admit: CallBudget['admit'] = async (name, { limit, free, spacingMs }) =>
    Number(
      await unlessStoreTrouble(
        // prettier-ignore
        redis.eval(admitScript, 1, key('calls', name), limit * factor, windowMs, free * factor, spacingMs / factor, Math.random()),
        0,
      ),
    );
  return {
    admit,
    reserve: async (name, limit) => (await admit(name, { limit, free: limit, spacingMs: 0 })) === 0,
    queuePost: async (channel) =>
      Number(
        await unlessStoreTrouble(
          // prettier-ignore
          redis.eval(queueScript, 1, key('posts-line', channel), postEveryMs / factor, postsAtOnce),
          0,
        ),
      ),
  };
}
