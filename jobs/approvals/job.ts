// Approval news job: closes a question and notifies its requester.
import type { ApprovalContext } from './notifier.ts';
import type { ApprovalNewsPayload } from './payload.ts';
import { deferJob } from '../../src/kernel/not-yet.ts';

/**
 * Repeatable: each news is sent once.
 * @returns `idle` if no question expired.
 */
export async function approvalNews(
  { notifier }: ApprovalContext,
  { id, what }: ApprovalNewsPayload,
): Promise<'idle' | void> {
  const question = await notifier.closeQuestion(id, what === 'expire' ? 'expired' : 'decided');
  if (question === undefined) return 'idle';
  const { decision, until } = question;
  if (decision === undefined) {
    throw deferJob('The question is still open', Math.max(1, until - Date.now()));
  }
  await notifier.tellQuestion(question);
  return what === 'expire' && decision.verdict === 'expired' ? undefined : 'idle';
}
