// What became of a question to the operators: once it is decided, and when its time is over.
import type { ApprovalContext } from './audience.ts';
import type { ApprovalNewsPayload } from './payload.ts';
import { putOff } from '../../src/kernel/not-yet.ts';

/**
 * Repeatable: nobody is told twice.
 * @returns `idle` where nothing has ended by it.
 */
export async function approvalNews(
  { audience }: ApprovalContext,
  { id, what }: ApprovalNewsPayload,
): Promise<'idle' | void> {
  const question = await audience.closeQuestion(id, what === 'expire' ? 'expired' : 'decided');
  if (question === undefined) return 'idle';
  const { decision, until } = question;
  if (decision === undefined) {
    throw putOff('The question is still open', Math.max(1, until - Date.now()));
  }
  await audience.tellQuestion(question);
  return what === 'expire' && decision.verdict === 'expired' ? undefined : 'idle';
}
