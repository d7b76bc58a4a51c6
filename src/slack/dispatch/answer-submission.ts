// A submitted window is looked up in the table of forms and answered.
import type { HandlerContext } from './command.ts';
import { auditSubmission } from './audit.ts';
import type { Submission, SubmissionReply } from './submission.ts';

/** Never rejects: what goes wrong is the reply. */
export async function answerSubmission(
  given: Submission,
  ctx: HandlerContext,
): Promise<SubmissionReply> {
  const form = ctx.handlers.submissions.get(given.callback);
  // Nothing of ours sends such a one; another version may have.
  if (form === undefined) return { how: 'close' };
  const reply = await form.submit(given, ctx);
  // Fields that are to be typed again decide nothing.
  if (form.audits !== undefined && reply.how !== 'errors') {
    auditSubmission(ctx, given, form.audits(given.metadata), reply);
  }
  return reply;
}
