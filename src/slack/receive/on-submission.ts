// View submissions, acked with the new state of the modal.
import type { AckFn, ViewResponseAction } from '@slack/bolt';
import { answerSubmission } from '../dispatch/answer-submission.ts';
import type { ViewSubmission } from '../dispatch/incoming.ts';
import { loadingModal, messageModal } from '../messages/loading-modal.ts';
import { runAfter } from './after-reply.ts';
import type { ReceiverContext } from './receiver-context.ts';

export async function onSubmission(
  context: ReceiverContext,
  { user, view }: ViewSubmission,
  ack: AckFn<ViewResponseAction>,
): Promise<void> {
  const { ctx, pending, replies } = context;
  const typed = Object.entries(view.state.values).map(([block, elements]) => {
    const [element] = Object.values(elements);
    return [block, element?.value ?? ''] as const;
  });
  const reply = await answerSubmission(
    {
      user: user.id,
      viewId: view.id,
      callback: view.callback_id,
      metadata: view.private_metadata,
      values: Object.fromEntries(typed),
    },
    ctx,
  );
  if (reply.how === 'errors') {
    return ack({ response_action: 'errors', errors: { ...reply.errors } });
  }
  const { how, message, fills, after } = reply;
  const to = { user: user.id, channel: user.id };
  const run = (work: () => Promise<void>): void => pending.run(view.callback_id, work);
  if (how === 'close') {
    const { tellsAt } = reply;
    if (tellsAt !== undefined) {
      await replies.reply(`submission:${view.id}`, tellsAt, 'asker', message);
    }
    await ack();
  } else {
    const isLoading = fills !== undefined && message.mark?.kind === 'accepted';
    const modal = isLoading ? loadingModal(message.text, fills) : messageModal(message);
    await ack({ response_action: 'update', view: ctx.messenger.modal(modal) });
    if (isLoading) run(() => ctx.memory.saveModal(fills, { id: view.id }));
  }
  if (after !== undefined) run(() => runAfter(context, { delivery: view.id, to, after }));
}
