// View submission types: the call, its reply and its handler.
import type { ReplyPlace } from '../outbox/replies.ts';
import type { HandlerContext, Reply } from './command.ts';
import type { Deadline } from './deadline.ts';

export interface Submission {
  readonly user: string;
  /** Slack's id of the view. */
  readonly viewId: string;
  readonly callback: string;
  readonly metadata: string;
  /** Typed values, by block. */
  readonly values: Readonly<Record<string, string>>;
}

/** One submission, within the deadline of its ack. */
export interface SubmissionRequest extends Submission {
  readonly deadline: Deadline;
  /** The id that people can quote. */
  readonly job: string;
}

export type SubmissionReply =
  /** Shown under the fields, by block; the modal stays open. */
  | { readonly how: 'errors'; readonly errors: Readonly<Record<string, string>> }
  /** The message is shown in the modal; with `fills`, until that job fills it. */
  | (Reply & { readonly how: 'replace' })
  /** The modal closes; then the person alone gets the message, if a place is named. */
  | (Reply & { readonly how: 'close'; readonly tellsAt?: ReplyPlace });

/** A refusal replaces the modal, so that the person sees it. */
export function closed(reply: Reply, tellsAt?: ReplyPlace): SubmissionReply {
  if (reply.message.mark?.kind !== 'accepted') return { ...reply, how: 'replace' };
  return { ...reply, how: 'close', ...(tellsAt === undefined ? {} : { tellsAt }) };
}

/** Subject of a submission, for the audit trail. */
export interface SubmissionSubject {
  readonly on: string;
  /** Missing for the asker's direct messages. */
  readonly channel?: string | undefined;
  /** Missing if the job comes from the submission. */
  readonly job?: string | undefined;
}

/** Handler of one modal. */
export interface SubmissionHandler<D extends HandlerContext = HandlerContext> {
  /** Reads the metadata for the audit trail; missing if the modal decides nothing. */
  audits?(metadata: string): SubmissionSubject;
  /** @throws faults, which replace the modal. */
  submit(given: SubmissionRequest, ctx: D): Promise<SubmissionReply>;
}
