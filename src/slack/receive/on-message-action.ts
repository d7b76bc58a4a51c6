// The message shortcut, acked before its work.
import type { AckFn } from '@slack/bolt';
import { ackFault } from '../dispatch/deadline.ts';
import type { MessageAction } from '../dispatch/incoming.ts';
import { jobId } from '../dispatch/job-id.ts';
import { faultMessage } from '../messages/fault.ts';
import type { ReceiverContext } from './receiver-context.ts';

export async function onMessageAction(
  { ctx, names, pending, replies }: ReceiverContext,
  action: MessageAction,
  ack: AckFn<void>,
): Promise<void> {
  await ack();
  const { after, message } = ctx.handlers.shortcut(ctx, action, names);
  pending.run(message.text, async () => {
    try {
      await after?.();
    } catch (error) {
      const { user, channel, trigger_id: triggerId } = action;
      const words = faultMessage(ackFault(error), jobId('ask', triggerId));
      const to = { user: user.id, channel: channel.id };
      await replies.reply(`shortcut:${triggerId}`, to, 'asker', words);
      throw error;
    }
  });
}
