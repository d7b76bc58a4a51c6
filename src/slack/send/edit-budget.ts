// Workspace's budget of message edits, shared by all processes through Redis.
import type { Redis } from 'ioredis';
import { unlessStoreTrouble } from '../../kernel/store-faults.ts';
import { pacedWindow } from './paced-window.ts';

/** `final` edits state an outcome and may use the rest of the budget that `progress` leaves. */
export type EditKind = 'progress' | 'final';

export interface EditBudget {
  /** 0 when the edit may be made now, and is then counted; else the delay before asking again, ms. */
  admit(kind: EditKind, message: string): Promise<number>;
  /** Slack requested a pause: no process edits before its end. */
  pause(ms: number): Promise<void>;
}

/** Slack's limits: fifty calls a minute (tier 3), one edit a second per message; less for clock drift. */
const perWindow = { final: 48, progress: 40 } as const;
const windowMs = 61_000;
const messageMs = 1_000;
/** From this count on, progress edits are spaced, so that they never stop for long. */
const freeEdits = 15;
const spacingMs = 1_500;

/** KEYS edits, message, pause. ARGV limit, window, message pace, free edits, spacing, random. Returns ms to wait. */
const admitScript = `${pacedWindow}
local pause = redis.call('PTTL', KEYS[3])
if pause > 0 then return pause end
local own = redis.call('PTTL', KEYS[2])
if own > 0 then return own end
local wait = admitIn(KEYS[1], nowMs(), ARGV[1], ARGV[2], ARGV[4], ARGV[5], ARGV[6])
if wait == 0 then redis.call('SET', KEYS[2], '1', 'PX', ARGV[3]) end
return wait
`;

/** @param factor of Slack's published limits that the app has been granted. */
export function createEditBudget(redis: Redis, prefix: string, factor: number): EditBudget {
  const key = (name: string): string => `${prefix}:slack:edits:${name}`;
  return {
    admit: async (kind, message) => {
      const spaced =
        kind === 'final' ? [perWindow.final, 0] : [freeEdits * factor, spacingMs / factor];
      const asked = redis.eval(
        admitScript,
        3,
        key('all'),
        key(`message:${message}`),
        key('pause'),
        perWindow[kind] * factor,
        windowMs,
        Math.max(1, Math.round(messageMs / factor)),
        ...spaced,
        Math.random(),
      );
      return Number(await unlessStoreTrouble(asked, 0));
    },
    pause: async (ms) => {
      const paused = redis.set(key('pause'), '1', 'PX', Math.max(1, Math.ceil(ms)));
      await unlessStoreTrouble(paused, 'OK');
    },
  };
}
