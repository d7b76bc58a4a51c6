// View submission types: the call, its reply and its handler.
import type { ReplyPlace } from '../outbox/replies.ts';
import type { Message } from '../messages/message.ts';
import type { Modal } from '../messages/modal.ts';
import type { HandlerContext } from './command.ts';

export interface Submission {
  readonly user: string;
  /** Slack's id of the view. */
  readonly viewId: string;
  readonly callback: string;
  readonly metadata: string;
  /** Typed values, by block. */
  readonly values: Readonly<Record<string, string>>;
}

export type SubmissionReply =
  | {
      readonly how: 'close';
      /** Runs once the modal is closed; its failure is logged, and changes no outcome. */
      readonly after?: () => Promise<void>;
      /** To the person alone, once the modal is closed. */
      readonly tells?: { readonly to: ReplyPlace; readonly message: Message };
    }
  /** Shown under the fields, by block; the modal stays open. */
  | { readonly how: 'errors'; readonly errors: Readonly<Record<string, string>> }
  /** Replaces the modal; `after` runs then. */
  | { readonly how: 'notice'; readonly modal: Modal; readonly after?: () => Promise<void> };

/** Subject of a submission, for the audit trail. */
export interface SubmissionSubject {
  readonly on: string;
  /** Missing for the asker's direct messages. */
  readonly channel?: string | undefined;
  /** Missing where the job comes from the submission. */
  readonly job?: string | undefined;
}

/** Handler of one modal. It never rejects: a failure becomes the reply. */
export interface SubmissionHandler<D extends HandlerContext = HandlerContext> {
  /** Reads the metadata for the audit trail; missing where the modal decides nothing. */
  audits?(metadata: string): SubmissionSubject;
  submit(given: Submission, ctx: D): Promise<SubmissionReply>;
}
