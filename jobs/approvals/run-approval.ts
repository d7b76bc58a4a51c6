// Approval rules of runs: required approvers and validity of approvals.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { formatBound } from '../../src/kernel/duration.ts';
import { type Fault, fail } from '../../src/kernel/errors.ts';
import type { LeaseEnd } from '../../src/gateway/runs.ts';
import type { Question } from './questions.ts';

/** Validity of an approval, ms; a question of a run is open as long. */
export const approvalFreshMs = 3_600_000;

/** Time to retry a run after its end, ms. */
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

/** Without an active lease a gateway exists until a person tears it down. */
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
    `Run ${runId} ended too long ago: a ${status} run can be retried for ${limit}`,
    { next: guidance`Start a new run with ${slashCommand(runbook, target)}.` },
  ).fault;
}

/** @returns refused/needs_approval. */
export function approvalMissing(runbook: string, target: string, why: string): Fault {
  return fail('refused', 'needs_approval', why, {
    next: guidance`Run ${slashCommand(runbook, target)} and wait for an approval.`,
  }).fault;
}
