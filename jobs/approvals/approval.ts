// Approvals of runs: the requirement, the question and its expiry.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import type { ApprovalContext } from './notifier.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import { LlmgwError, fail } from '../../src/kernel/errors.ts';
import type { RunApproval, Who } from '../../src/engine/journal.ts';
import type { ApprovalRequest, Question } from './questions.ts';
import { approvalMissing, isFresh, needsApproval } from './run-approval.ts';

export type RunKind = Exclude<ApprovalRequest['kind'], 'key' | 'quota'>;

/** A run as approvals see it. */
export interface PlannedRun {
  readonly gateway: string;
  readonly runbook: RunKind;
  readonly leaseMs?: number | undefined;
}

/** Whether the run needs an approver, given the gateway's current lease. */
export async function requiresApproval(
  { requiresApproval, runs }: Pick<ApprovalContext, 'requiresApproval' | 'runs'>,
  { gateway, ...run }: PlannedRun,
): Promise<boolean> {
  const lease = await runs.lease(gateway);
  return needsApproval(requiresApproval, run, { lease, now: Date.now() });
}

/** The requester of a job, as runs name a person. */
export const whoOf = ({ user, channel, askedIn }: Addressee): Who => ({
  user,
  channel,
  ...(askedIn === undefined ? {} : { askedIn }),
});

/** The same id for the same run and plan, so that an answered question is not asked again. */
export const approvalId = (runId: string, hash: string): string => `second-${runId}-${hash}`;

/** Delay after the last moment of an approval, ms. */
const afterMs = 1_000;

/** Asks the operators and schedules the question's expiry. */
export async function askOperators(
  context: Pick<ApprovalContext, 'notifier' | 'schedule'>,
  request: Exclude<ApprovalRequest, { kind: 'quota' }>,
  waiting?: Addressee,
): Promise<Pick<Question, 'decision'>> {
  const asked = await context.notifier.askApproval(request, waiting);
  if (asked.decision === undefined) await endInTime(context, request, asked.until);
  return asked;
}

/** Schedules the news of an expired question. */
export async function endInTime(
  { schedule }: Pick<ApprovalContext, 'schedule'>,
  request: ApprovalRequest,
  until: number,
): Promise<void> {
  const { id, gateway, by } = request;
  const owner = request.kind === 'key' ? request.owner : by.user;
  const job = `${id}-over-${until}`;
  await schedule({
    job: 'approval-news',
    payload: { gateway, id, what: 'expire', owner, to: { user: owner, channel: owner, job } },
    id: job,
    delayMs: Math.max(0, until - Date.now()) + afterMs,
  });
}

/**
 * @returns an earlier approval of this exact request, while it is fresh.
 * @throws refused/denied when another operator declined this exact request.
 */
export async function askApprover(
  context: ApprovalContext,
  to: Addressee,
  request: Extract<ApprovalRequest, { kind: RunKind }>,
): Promise<RunApproval | undefined> {
  const { decision } = await askOperators(context, request, to);
  if (decision?.verdict === 'denied') throw denied(request.kind, request.gateway);
  return approvalIn(request.id, { decision });
}

/** The approval of a question, while it is fresh. */
export function approvalIn(
  id: string,
  question: Pick<Question, 'decision'> | undefined,
): RunApproval | undefined {
  const decision = question?.decision;
  if (decision === undefined || !isFresh({ decision }, Date.now())) return undefined;
  return { id, by: { user: decision.by, channel: decision.channel ?? decision.by } };
}

function denied(kind: RunKind, gateway: string): LlmgwError {
  return fail('refused', 'denied', 'Another operator declined this request', {
    next: guidance`Talk to them, then run ${slashCommand(kind, gateway)} again.`,
  });
}

/**
 * The requester and the approver are two people; the engine checks both again at the start of the run.
 * @throws refused/needs_approval.
 */
export async function requireApprover(
  context: Pick<ApprovalContext, 'requiresApproval' | 'runs'>,
  run: PlannedRun,
  { by, approval }: { readonly by: string; readonly approval: RunApproval | undefined },
): Promise<void> {
  if (!(await requiresApproval(context, run))) return;
  if (approval === undefined || approval.by.user === by) {
    const why = 'This run needs an approval from another operator';
    throw new LlmgwError(approvalMissing(run.runbook, run.gateway, why));
  }
}
