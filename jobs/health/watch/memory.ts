// What the watch remembers of a gateway from one look to the next.
import type { Who } from '../../../src/engine/journal.ts';
import type { Notice } from './notices.ts';

export interface WatchMemory {
  /** It was seen ready, or a run made it so, and nobody has torn it down since: what is wrong now is news. */
  readonly isUp: boolean;
  /** Something is wrong that is not told yet, as it may pass. */
  readonly suspect?: { readonly since: number; readonly looks: number } | undefined;
  /** The open incident's id. */
  readonly incident?: string | undefined;
  /** An incident that passed by itself: if the same comes again soon, it is the same incident. */
  readonly passed?: { readonly id: string; readonly at: number } | undefined;
  /** Runs that ended until then are known, ms since the epoch. */
  readonly seenUntil: number;
  /** The last warning of the lease's end. */
  readonly warned?: string;
  readonly notices: readonly StoredNotice[];
}

/** A notice and what each channel has been shown of it. */
export interface StoredNotice {
  readonly notice: Notice;
  /** Grows with every change. */
  readonly version: number;
  readonly told: Readonly<Record<string, number>>;
  /** A channel that hears of it whatever it subscribed to. */
  readonly channel?: string;
  /** Who is told where that channel cannot be. */
  readonly user?: string;
}

/** A run that has ended, as the watch needs it. */
export interface EndedRun {
  readonly id: string;
  readonly runbook: string;
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly at: number;
  readonly by: Who;
  /** The other operator who approved it, where one had to. */
  readonly approvedBy?: Who;
  /** How long the gateway may stand, from the run's options. */
  readonly leaseMs: number | undefined;
}

/** News from before the watch began are told only if they are this young. */
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
