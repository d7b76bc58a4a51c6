// What a submitted window does: the table of forms.
import { submitAsk } from './ask-window.ts';
import type { Desk } from './commands/command.ts';
import type { Modal } from './outgoing.ts';
import { submitTeardown } from './teardown-window.ts';
import { witnessSubmission } from './witness.ts';
import { askForm } from './views/ask-window.ts';
import { teardownForm } from './views/teardown.ts';

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
  /** Takes the form's place. */
  | { readonly how: 'notice'; readonly modal: Modal };

/** Never rejects: what goes wrong is the reply. */
export async function answerSubmission(given: Submission, desk: Desk): Promise<SubmissionReply> {
  const reply = await submitted(given, desk);
  witnessSubmission(desk, given, reply);
  return reply;
}

async function submitted(given: Submission, desk: Desk): Promise<SubmissionReply> {
  switch (given.callback) {
    case teardownForm.callback:
      return submitTeardown(given, desk);
    case askForm.callback:
      return submitAsk(given, desk);
    default:
      // Nothing of ours sends these; another version may have.
      return { how: 'close' };
  }
}
