// What became of a question to the operators: once it is decided, and when its time is over.
import type { ApprovalContext } from './notifier.ts';
import type { ApprovalNewsPayload } from './payload.ts';
import { deferJob } from '../../src/kernel/not-yet.ts';

/**
 * Repeatable: nobody is told twice.
 * @returns `idle` where nothing has ended by it.
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
