// What the submission of a window is, and what its form works with. Types only.
import type { Modal } from '../messages/modal.ts';
import type { HandlerContext } from './command.ts';

export interface Submission {
  readonly user: string;
  /** Slack's own id of the window. */
  readonly viewId: string;
  readonly callback: string;
  readonly metadata: string;
  /** What was typed, by block. */
  readonly values: Readonly<Record<string, string>>;
}

export type SubmissionReply =
  /** `after` is done once the window is closed; its failure is logged, and changes no outcome. */
  | { readonly how: 'close'; readonly after?: () => Promise<void> }
  /** Shown under the fields, by block; the window stays. */
  | { readonly how: 'errors'; readonly errors: Readonly<Record<string, string>> }
  /** Takes the form's place; `after` is done then. */
  | { readonly how: 'notice'; readonly modal: Modal; readonly after?: () => Promise<void> };

/** What a submission was about, as the audit trail keeps it. */
export interface SubmissionSubject {
  readonly on: string;
  /** Missing for the asker's direct messages. */
  readonly channel?: string | undefined;
  /** Missing where the job comes from the submission. */
  readonly job?: string | undefined;
}

/** One form: what its submission does. It never rejects: what goes wrong is the reply. */
export interface SubmissionHandler<D extends HandlerContext = HandlerContext> {
  /** Reads the metadata for the audit trail; missing where the form decides nothing. */
  audits?(metadata: string): SubmissionSubject;
  submit(given: Submission, ctx: D): Promise<SubmissionReply>;
}
