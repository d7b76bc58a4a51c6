// Dispatch of view submissions to their handlers.
import type { HandlerContext } from './command.ts';
import { auditSubmission } from './audit.ts';
import { ackFault, withinDeadline } from './deadline.ts';
import { jobId } from './job-id.ts';
import { faultMessage } from '../messages/fault.ts';
import { outdated } from './refusals.ts';
import type { Submission, SubmissionReply } from './submission.ts';

/** Never rejects: a failure becomes the reply. */
export async function answerSubmission(
  given: Submission,
  ctx: HandlerContext,
): Promise<SubmissionReply> {
  const handler = ctx.handlers.submissions.get(given.callback);
  const [name = given.callback] = given.callback.split('.');
  const job = jobId(name, given.viewId);
  if (handler === undefined) return { message: outdated('modal', job), how: 'replace' };
  const reply = await withinDeadline((deadline) =>
    handler.submit({ ...given, deadline, job }, ctx),
  ).catch((error: unknown): SubmissionReply => {
    const fault = ackFault(error);
    ctx.log.warn({ callback: given.callback, job, err: fault }, 'submission failed');
    return { message: faultMessage(fault, job), how: 'replace' };
  });
  // Field errors decide nothing.
  if (handler.audits !== undefined && reply.how !== 'errors') {
    auditSubmission(ctx, { ...given, job }, handler.audits(given.metadata), reply);
  }
  return reply;
}
