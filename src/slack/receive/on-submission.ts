// Submissions of modals, acked with what becomes of the modal.
import type { AckFn, ViewResponseAction } from '@slack/bolt';
import { answerSubmission } from '../dispatch/answer-submission.ts';
import type { ViewSubmission } from '../dispatch/incoming.ts';
import type { SubmissionReply } from '../dispatch/submission.ts';
import { runAfter } from './after-reply.ts';
import type { ReceiverContext } from './receiver-context.ts';

export async function onSubmission(
  context: ReceiverContext,
  { user, view }: ViewSubmission,
  ack: AckFn<ViewResponseAction>,
): Promise<void> {
  const { ctx, pending } = context;
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
  const to = { user: user.id, channel: user.id };
  const afterwards = (after: (() => Promise<void>) | undefined): void => {
    if (after === undefined) return;
    pending.run(view.callback_id, () => runAfter(context, { delivery: view.id, to, after }));
  };
  switch (reply.how) {
    case 'close':
      await tell(context, view.id, reply.tells);
      await ack();
      afterwards(reply.after);
      return;
    case 'errors':
      return ack({ response_action: 'errors', errors: { ...reply.errors } });
    case 'notice':
      await ack({ response_action: 'update', view: ctx.messenger.modal(reply.modal) });
      afterwards(reply.after);
  }
}

async function tell(
  { replies }: ReceiverContext,
  viewId: string,
  tells: Extract<SubmissionReply, { how: 'close' }>['tells'],
): Promise<void> {
  if (tells === undefined) return;
  await replies.reply(`submission:${viewId}`, tells.to, 'asker', tells.message);
}
