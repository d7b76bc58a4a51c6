// What the submission of a window is, and what its form works with. Types only.
import type { Modal } from '../messages/modal.ts';
import type { Desk } from './command.ts';

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

/** One form: what its submission does. It never rejects: what goes wrong is the reply. */
export interface Form<D extends Desk = Desk> {
  /** The trail keeps what was decided by it. */
  readonly isAudited: boolean;
  submit(given: Submission, desk: D): Promise<SubmissionReply>;
}
