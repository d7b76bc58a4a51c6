// Lease of a gateway: granted, warned about, extended and ended. Pure.
import { endsSooner } from '../../approvals/index.ts';
import type { Lease } from '../../../src/gateway/runs.ts';
import { type LeaseNotice, isOver } from './notices.ts';
import { type EndedRun, type WatchMemory, addNotice, changeNotice } from './memory.ts';

const minuteMs = 60_000;
/** The warnings before the end, the later one last. */
const warnings = [
  { name: 'hour', beforeMs: 60 * minuteMs },
  { name: 'minutes', beforeMs: 10 * minuteMs },
] as const;

/**
 * A provisioning run with `--for` grants a lease, a teardown ends it, and any other run keeps it.
 * @param needsApprover a run without an approval shortens no lease: it may have been extended during the run.
 */
export function leaseAfter(
  lease: Lease | undefined,
  gateway: string,
  run: EndedRun,
  needsApprover = false,
): Lease | undefined {
  const { runbook, status, at, by, approvedBy, leaseMs } = run;
  if (status !== 'succeeded') return lease;
  // Read again after a crash: a change by a person since then counts.
  if (lease !== undefined && lease.since >= at) return lease;
  if (runbook === 'teardown') return undefined;
  if (runbook !== 'provision' || leaseMs === undefined) return lease;
  const until = at + leaseMs;
  if (approvedBy !== undefined) {
    return { gateway, until, since: at, lengthMs: leaseMs, by, approvedBy };
  }
  const isExtension = lease !== undefined && !endsSooner(lease, until);
  if (needsApprover && lease !== undefined && !isExtension && isRunning(lease)) return lease;
  // The approval of an earlier end covers a later one, with its requester.
  const approved = isExtension && lease.approvedBy !== undefined;
  if (approved) return { ...lease, until, since: at, lengthMs: leaseMs, extendedBy: by.user };
  return { gateway, until, since: at, lengthMs: leaseMs, by };
}

const isRunning = ({ ending, lapsed }: Lease): boolean =>
  ending === undefined && lapsed === undefined;

/** The lease after Extend; undefined when that comes too late. */
export function extended(lease: Lease, user: string, now: number): Lease | undefined {
  if (!isRunning(lease)) return undefined;
  const until = Math.max(lease.until, now) + lease.lengthMs;
  return { ...lease, until, since: now, extendedBy: user };
}

/** The lease has ended, and its teardown has not started. */
export function isDue(lease: Lease | undefined, now: number): lease is Lease {
  return lease !== undefined && isRunning(lease) && now >= lease.until;
}

/** Id of the teardown run at a lease's end: the same for repeated starts. */
export function endingRun({ gateway, until }: Lease): string {
  return `teardown-${gateway}-${until.toString(36)}`;
}

/** Adds due warnings, and closes those that an extension or the end has overtaken. */
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
  if (lease?.lapsed !== undefined) {
    return notice.lapsed === undefined ? { ...notice, over: { how: 'lapsed' } } : notice;
  }
  const isOpen = lease !== undefined && isRunning(lease);
  return isOpen ? notice : { ...notice, over: { how: 'ended', run: lease?.ending } };
}

/** A separate message, as an edited warning notifies nobody. */
function tellLapse(memory: WatchMemory, lease: Lease, now: number): WatchMemory {
  const { gateway, until, lengthMs, by, lapsed } = lease;
  const id = `lease-${gateway}-${until.toString(36)}-lapsed`;
  if (lapsed === undefined || memory.warned === id) return memory;
  const notice = {
    id,
    gateway,
    at: now,
    event: 'lease',
    until,
    extendMs: lengthMs,
    lapsed,
  } as const;
  return { ...addNotice(memory, notice, { channel: by.channel, user: by.user }), warned: id };
}

function warn(memory: WatchMemory, lease: Lease, now: number): WatchMemory {
  const { gateway, until, since, lengthMs, by } = lease;
  if (lease.lapsed !== undefined) return tellLapse(memory, lease, now);
  if (lease.ending !== undefined) return memory;
  // A lease that is shorter than the warning time was just granted.
  const due = warnings.findLast(
    ({ beforeMs }) => until - now <= beforeMs && until - since > beforeMs,
  );
  if (due === undefined) return memory;
  const id = `lease-${gateway}-${until.toString(36)}-${due.name}`;
  if (memory.warned === id) return memory;
  const notice = { id, gateway, at: now, event: 'lease', until, extendMs: lengthMs } as const;
  return { ...addNotice(memory, notice, { channel: by.channel, user: by.user }), warned: id };
}
