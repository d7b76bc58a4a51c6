// Memory of the watch between two observations of a gateway.
import type { Who } from '../../../src/engine/journal.ts';
import { z } from 'zod';
import { type Notice, storedNotice } from './notices.ts';

const shownNotice = z.object({
  notice: storedNotice,
  /** Grows with every change. */
  version: z.number(),
  told: z.record(z.string(), z.number()),
  /** A channel that gets it without a subscription. */
  channel: z.string().exactOptional(),
  /** The person who gets it if the bot can't post in that channel. */
  user: z.string().exactOptional(),
});
/** A notice, with the version that each channel shows. */
export type StoredNotice = Readonly<z.infer<typeof shownNotice>>;

export const watchMemory = z.object({
  /** It was ready, and no teardown followed: a degraded state is news. */
  isUp: z.boolean(),
  /** A degraded state that is not reported yet, as it may pass. */
  suspect: z.object({ since: z.number(), looks: z.number() }).optional(),
  /** The open incident's id. */
  incident: z.string().optional(),
  /** An incident that passed without a run: the same cause soon after reopens it. */
  passed: z.object({ id: z.string(), at: z.number() }).optional(),
  /** Runs that ended until then are applied, ms since the epoch. */
  seenUntil: z.number(),
  /** The last warning of the lease's end. */
  warned: z.string().exactOptional(),
  notices: z.array(shownNotice).readonly(),
});
export type WatchMemory = Readonly<z.infer<typeof watchMemory>>;

/** A run that has ended, as the watch needs it. */
export interface EndedRun {
  readonly id: string;
  readonly runbook: string;
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly at: number;
  readonly by: Who;
  /** The other operator who approved it, if an approver was required. */
  readonly approvedBy?: Who;
  /** Length of the lease, from the run's options. */
  readonly leaseMs: number | undefined;
}

/** Older events than this are not reported by a new watch. */
const youngMs = 600_000;

export function firstMemory(runs: readonly EndedRun[], now: number): WatchMemory {
  const settled = runs.filter(({ at }) => at <= now - youngMs);
  const last = settled.findLast(({ status }) => status === 'succeeded');
  return {
    isUp: last?.runbook === 'provision',
    seenUntil: now - youngMs,
    notices: [],
  };
}

export function addNotice(
  memory: WatchMemory,
  notice: Notice,
  by?: Pick<StoredNotice, 'channel' | 'user'>,
): WatchMemory {
  const kept = { notice, version: 1, told: {}, ...by };
  return { ...memory, notices: [...memory.notices, kept] };
}

/** Changes the notice of that id; `change` returns the same object to leave it alone. */
export function changeNotice(
  memory: WatchMemory,
  id: string,
  change: (notice: Notice) => Notice,
): WatchMemory {
  const notices = memory.notices.map((kept) => {
    if (kept.notice.id !== id) return kept;
    const notice = change(kept.notice);
    return notice === kept.notice ? kept : { ...kept, notice, version: kept.version + 1 };
  });
  return { ...memory, notices };
}
