// Two people for what touches everybody: whether a run needs another operator's word, and asking for it.
import { type LlmgwError, fail } from '../src/errors.ts';
import type { Addressee } from './audience.ts';
import type { JobContext } from './context.ts';
import type { ApprovalRequest, Question } from './questions.ts';

export type RunKind = Exclude<ApprovalRequest['kind'], 'key' | 'quota'>;

export const needsSecond = (
  { twoPerson }: Pick<JobContext, 'twoPerson'>,
  runbook: RunKind,
): boolean => twoPerson.includes(runbook);

/** The same for the same run and the same plan: a question that was answered is not asked again. */
export const approvalId = (runId: string, hash: string): string => `second-${runId}-${hash}`;

/** Not in the very moment in which it may still be approved, ms. */
const afterMs = 1_000;

/** Asks, and has the question ended when its time is over. */
export async function askOperators(
  context: Pick<JobContext, 'audience' | 'schedule'>,
  request: Exclude<ApprovalRequest, { kind: 'quota' }>,
  waiting?: Addressee,
): Promise<Pick<Question, 'decision'>> {
  const asked = await context.audience.askApproval(request, waiting);
  if (asked.decision === undefined) await endInTime(context, request, asked.until);
  return asked;
}

/** Whoever waits for the question is told when nobody has decided. */
export async function endInTime(
  { schedule }: Pick<JobContext, 'schedule'>,
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

/** @throws refused/denied when another operator has said no to exactly this. */
export async function askSecond(
  context: JobContext,
  to: Addressee,
  request: Extract<ApprovalRequest, { kind: RunKind }>,
): Promise<void> {
  const { decision } = await askOperators(context, request, to);
  if (decision?.verdict === 'denied') throw denied(request.kind);
}

function denied(kind: RunKind): LlmgwError {
  return fail('refused', 'denied', 'Another operator has denied exactly this', {
    next: `Speak with them, then type \`/llmgw ${kind}\` anew.`,
  });
}

/**
 * Who asked, and who may have approved: never the same person, whatever the job says.
 * @throws refused/own_approval, refused/needs_approval.
 */
export function requireSecond(
  context: Pick<JobContext, 'twoPerson'>,
  runbook: RunKind,
  { by, second }: { readonly by: string; readonly second: string | undefined },
): void {
  if (!needsSecond(context, runbook)) return;
  if (second === undefined || second === by) {
    throw fail('refused', 'needs_approval', 'Another operator must approve this first', {
      next: `Type \`/llmgw ${runbook}\` and wait for their word.`,
    });
  }
}
