// Approval rules of runs: which starts need an approver, and for how long approvals count. Pure.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { formatBound } from '../../src/kernel/duration.ts';
import { type Fault, fail } from '../../src/kernel/errors.ts';
import type { LeaseEnd } from '../../src/gateway/runs.ts';
import type { Question } from './questions.ts';

/** An approval starts or retries its run for so long, ms; a question stays open as long. */
export const approvalFreshMs = 3_600_000;

/** A run may be retried for so long after its end, ms. */
export const retryableMs = { cancelled: 86_400_000, failed: 7 * 86_400_000 } as const;

export interface RunEffect {
  readonly runbook: string;
  /** Of a provisioning run with `--for`. */
  readonly leaseMs?: number | undefined;
}

/** A lease tears the gateway down, so a lease that is new or ends sooner needs the approver of a teardown. */
export function needsApproval(
  requiresApproval: readonly string[],
  { runbook, leaseMs }: RunEffect,
  { lease, now }: { readonly lease: LeaseEnd | undefined; readonly now: number },
): boolean {
  if (requiresApproval.includes(runbook)) return true;
  if (runbook !== 'provision' || leaseMs === undefined) return false;
  return requiresApproval.includes('teardown') && endsSooner(lease, now + leaseMs);
}

/** Without a running lease a gateway stands until a person tears it down. */
export function endsSooner(lease: LeaseEnd | undefined, until: number): boolean {
  const isRunning = lease !== undefined && lease.ending === undefined && lease.lapsed === undefined;
  return !isRunning || until < lease.until;
}

/** An approval is fresh while it may start or retry its run. */
export function isFresh({ decision }: Pick<Question, 'decision'>, now: number): boolean {
  return decision?.verdict === 'approved' && now - decision.at <= approvalFreshMs;
}

interface EndedRun {
  readonly status: string;
  readonly endedAt?: number | undefined;
  readonly request: { readonly runbook: string; readonly target: string; readonly runId: string };
}

/** @returns refused/retry_expired for a run that ended too long ago. */
export function retryExpired({ status, endedAt, request }: EndedRun, now: number) {
  if (status !== 'cancelled' && status !== 'failed') return undefined;
  if (endedAt === undefined || now - endedAt <= retryableMs[status]) return undefined;
  const { runId, runbook, target } = request;
  const limit = formatBound(retryableMs[status]);
  return fail(
    'refused',
    'retry_expired',
    `The run ${runId} was ${status} too long ago: a ${status} run can be retried for ${limit}`,
    { next: guidance`Type ${slashCommand(runbook, target)} for a new run.` },
  ).fault;
}

/** @returns refused/needs_approval. */
export function approvalMissing(runbook: string, target: string, why: string): Fault {
  return fail('refused', 'needs_approval', why, {
    next: guidance`Type ${slashCommand(runbook, target)} and wait until another operator approves it.`,
  }).fault;
}
