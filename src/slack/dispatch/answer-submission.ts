// Dispatch of view submissions to their handlers.
import type { HandlerContext } from './command.ts';
import { auditSubmission } from './audit.ts';
import type { Submission, SubmissionReply } from './submission.ts';

/** Never rejects: a failure becomes the reply. */
export async function answerSubmission(
  given: Submission,
  ctx: HandlerContext,
): Promise<SubmissionReply> {
  const handler = ctx.handlers.submissions.get(given.callback);
  // A modal of another version.
  if (handler === undefined) return { how: 'close' };
  const reply = await handler.submit(given, ctx);
  // Field errors decide nothing.
  if (handler.audits !== undefined && reply.how !== 'errors') {
    auditSubmission(ctx, given, handler.audits(given.metadata), reply);
  }
  return reply;
}
