// A gateway's lease: granted by a run, warned of twice, extended by a person, ended by a teardown. Pure; the clock is given.
import { type LeaseNotice, isOver } from '../notices.ts';
import { type EndedRun, type WatchMemory, addNotice, changeNotice } from './memory.ts';

/** How long a gateway may stand. On the real clock. */
export interface Lease {
  readonly gateway: string;
  /** ms since the epoch. */
  readonly until: number;
  /** When `until` was set. */
  readonly since: number;
  /** What was asked for, and what Extend adds, ms. */
  readonly lengthMs: number;
  /** Who asked for it; hears of its end. */
  readonly by: { readonly user: string; readonly channel: string };
  readonly extendedBy?: string;
  /** The run that tears the gateway down, once the time was up. */
  readonly ending?: string;
}

const minuteMs = 60_000;
/** The warnings before the end, the later one last. */
const warnings = [
  { name: 'hour', beforeMs: 60 * minuteMs },
  { name: 'minutes', beforeMs: 10 * minuteMs },
] as const;

/** A provisioning with `--for` grants a lease, a teardown ends it, everything else leaves it as it is. */
export function leaseAfter(
  lease: Lease | undefined,
  gateway: string,
  run: EndedRun,
): Lease | undefined {
  const { runbook, status, at, by, leaseMs } = run;
  if (status !== 'succeeded') return lease;
  // Read again after a crash: what a person did since counts.
  if (lease !== undefined && lease.since >= at) return lease;
  if (runbook === 'teardown') return undefined;
  if (runbook !== 'provision' || leaseMs === undefined) return lease;
  return { gateway, until: at + leaseMs, since: at, lengthMs: leaseMs, by };
}

/** The lease as it is after Extend; undefined when that comes too late. */
export function extended(lease: Lease, user: string, now: number): Lease | undefined {
  if (lease.ending !== undefined) return undefined;
  const until = Math.max(lease.until, now) + lease.lengthMs;
  return { ...lease, until, since: now, extendedBy: user };
}

/** The time is up, and nobody has begun the teardown yet. */
export function isDue(lease: Lease | undefined, now: number): lease is Lease {
  return lease !== undefined && lease.ending === undefined && now >= lease.until;
}

/** The name of the teardown that a lease's end starts: the same however often it is started. */
export function endingRun({ gateway, until }: Lease): string {
  return `teardown-${gateway}-${until.toString(36)}`;
}

/** Warns when it is time, and closes warnings that a longer lease or its end has overtaken. */
export function afterLease(
  memory: WatchMemory,
  lease: Lease | undefined,
  now: number,
): WatchMemory {
  const closed = memory.notices.reduce(
    (known, { notice }) =>
      notice.event === 'lease' && !isOver(notice)
        ? changeNotice(known, notice.id, () => settled(notice, lease))
        : known,
    memory,
  );
  return lease === undefined ? closed : warn(closed, lease, now);
}

function settled(notice: LeaseNotice, lease: Lease | undefined): LeaseNotice {
  if (lease !== undefined && lease.until !== notice.until) {
    const by = lease.extendedBy ?? lease.by.user;
    return { ...notice, over: { how: 'extended', until: lease.until, by } };
  }
  const isRunning = lease !== undefined && lease.ending === undefined;
  return isRunning ? notice : { ...notice, over: { how: 'ended', run: lease?.ending } };
}

function warn(memory: WatchMemory, lease: Lease, now: number): WatchMemory {
  const { gateway, until, since, lengthMs, by } = lease;
  if (lease.ending !== undefined) return memory;
  // Of a lease no longer than its warning's time nobody needs to be warned then: it was just granted.
  const due = warnings.findLast(
    ({ beforeMs }) => until - now <= beforeMs && until - since > beforeMs,
  );
  if (due === undefined) return memory;
  const id = `lease-${gateway}-${until.toString(36)}-${due.name}`;
  if (memory.warned === id) return memory;
  const notice = { id, gateway, at: now, event: 'lease', until, extendMs: lengthMs } as const;
  return { ...addNotice(memory, notice, { channel: by.channel, user: by.user }), warned: id };
}
