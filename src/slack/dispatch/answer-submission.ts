// A submitted window is looked up in the table of forms and answered.
import type { Desk } from './command.ts';
import { witnessSubmission } from './witness.ts';
import type { Submission, SubmissionReply } from './form.ts';

/** Never rejects: what goes wrong is the reply. */
export async function answerSubmission(given: Submission, desk: Desk): Promise<SubmissionReply> {
  const form = desk.handlers.submissions.get(given.callback);
  // Nothing of ours sends such a one; another version may have.
  if (form === undefined) return { how: 'close' };
  const reply = await form.submit(given, desk);
  // Fields that are to be typed again decide nothing.
  if (form.audits !== undefined && reply.how !== 'errors') {
    witnessSubmission(desk, given, form.audits(given.metadata), reply);
  }
  return reply;
}
