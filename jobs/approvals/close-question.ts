// Updates of approval questions after a decision, in every place.
import type { Approval, Approvals } from './store.ts';
import type { Log } from '../../src/kernel/log.ts';
import type { Messenger } from '../../src/slack/send/messenger.ts';
import { approvalQuestion, decidedMessage } from './view.ts';

export interface ClosingParts {
  readonly approvals: Approvals;
  readonly messenger: Messenger;
  readonly log: Log;
}

/** Shows the decision, or the question while it is open. */
export async function showQuestion(
  { approvals, messenger, log }: ClosingParts,
  { request, until, decision }: Approval,
): Promise<void> {
  const message =
    decision === undefined ? approvalQuestion(request, until) : decidedMessage(request, decision);
  for (const place of await approvals.places(request.id)) {
    await messenger
      .editPatiently(place, message)
      .catch((error: unknown) =>
        log.warn({ approval: request.id, err: error }, 'question edit failed'),
      );
  }
}

/** @param how see `ApprovalNotifier.closeQuestion`. */
export async function closeQuestion(
  parts: ClosingParts,
  id: string,
  how: 'decided' | 'expired' | 'reopened',
): Promise<Approval | undefined> {
  const { approvals } = parts;
  if (how === 'expired' && (await approvals.expire(id, Date.now())) === undefined) {
    return approvals.read(id);
  }
  const before = await approvals.read(id);
  if (how === 'reopened' && before?.decision !== undefined) {
    await approvals.reopen(id, before.decision);
  }
  const after = await approvals.read(id);
  if (after !== undefined) await showQuestion(parts, after);
  return after;
}
