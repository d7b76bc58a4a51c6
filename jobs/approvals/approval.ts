// Two people for what touches everybody: whether a run needs another operator's word, and asking for it.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import type { ApprovalContext } from './notifier.ts';
import type { Addressee } from '../../src/job/addressee.ts';
import { LlmgwError, fail } from '../../src/kernel/errors.ts';
import type { RunApproval, Who } from '../../src/engine/journal.ts';
import type { ApprovalRequest, Question } from './questions.ts';
import { approvalMissing, isFresh, needsApproval } from './run-approval.ts';

export type RunKind = Exclude<ApprovalRequest['kind'], 'key' | 'quota'>;

/** What a run does to one gateway. */
export interface PlannedRun {
  readonly gateway: string;
  readonly runbook: RunKind;
  readonly leaseMs?: number | undefined;
}

/** Looks at the gateway's lease as it is now. */
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

/** The same for the same run and the same plan: a question that was answered is not asked again. */
export const approvalId = (runId: string, hash: string): string => `second-${runId}-${hash}`;

/** Not in the very moment in which it may still be approved, ms. */
const afterMs = 1_000;

/** Asks, and has the question ended when its time is over. */
export async function askOperators(
  context: Pick<ApprovalContext, 'notifier' | 'schedule'>,
  request: Exclude<ApprovalRequest, { kind: 'quota' }>,
  waiting?: Addressee,
): Promise<Pick<Question, 'decision'>> {
  const asked = await context.notifier.askApproval(request, waiting);
  if (asked.decision === undefined) await endInTime(context, request, asked.until);
  return asked;
}

/** Whoever waits for the question is told when nobody has decided. */
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
 * @returns the approval of exactly this that a person has given already and that is still fresh.
 * @throws refused/denied when another operator has denied exactly this.
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

/** The approval that a question has led to, while it is fresh. */
export function approvalIn(
  id: string,
  question: Pick<Question, 'decision'> | undefined,
): RunApproval | undefined {
  const decision = question?.decision;
  if (decision === undefined || !isFresh({ decision }, Date.now())) return undefined;
  return { id, by: { user: decision.by, channel: decision.channel ?? decision.by } };
}

function denied(kind: RunKind, gateway: string): LlmgwError {
  return fail('refused', 'denied', 'Another operator has denied exactly this', {
    next: guidance`Speak with them, then type ${slashCommand(kind, gateway)} anew.`,
  });
}

/**
 * The requester and the approver are two people; the engine checks both once more when the run starts.
 * @throws refused/needs_approval.
 */
export async function requireApprover(
  context: Pick<ApprovalContext, 'requiresApproval' | 'runs'>,
  run: PlannedRun,
  { by, approval }: { readonly by: string; readonly approval: RunApproval | undefined },
): Promise<void> {
  if (!(await requiresApproval(context, run))) return;
  if (approval === undefined || approval.by.user === by) {
    const why = 'Another operator must approve this first';
    throw new LlmgwError(approvalMissing(run.runbook, run.gateway, why));
  }
}
