// Two people for what touches everybody: whether a run needs another operator's word, and asking for it.
import { type LlmgwError, fail } from '../src/errors.ts';
import type { Addressee } from './audience.ts';
import type { JobContext } from './context.ts';
import type { ApprovalRequest } from './questions.ts';

export type RunKind = Exclude<ApprovalRequest['kind'], 'key' | 'quota'>;

export const needsSecond = (
  { twoPerson }: Pick<JobContext, 'twoPerson'>,
  runbook: RunKind,
): boolean => twoPerson.includes(runbook);

/** The same for the same run and the same plan: a question that was answered is not asked again. */
export const approvalId = (runId: string, hash: string): string => `second-${runId}-${hash}`;

/** @throws refused/denied when another operator has said no to exactly this. */
export async function askSecond(
  { audience }: JobContext,
  to: Addressee,
  request: Extract<ApprovalRequest, { kind: RunKind }>,
): Promise<void> {
  const { decision } = await audience.askApproval(request, to);
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
