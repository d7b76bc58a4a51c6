// Actions of buttons, on Home and elsewhere: answered, acked, then shown.
import type { AckFn } from '@slack/bolt';
import { answerAction } from '../dispatch/answer-action.ts';
import type { ActionReply } from '../dispatch/action.ts';
import type { BlockActions } from '../dispatch/incoming.ts';
import { refusesEdit } from '../send/slack-faults.ts';
import type { ReceiverContext } from './receiver-context.ts';

export async function onAction(
  { ctx, pending }: ReceiverContext,
  body: BlockActions,
  ack: AckFn<void>,
): Promise<void> {
  const [pressed] = body.actions;
  if (pressed === undefined) return ack();
  const user = body.user.id;
  const isOnHome = body.view?.type === 'home';
  const call = {
    by: { user, channel: body.channel?.id ?? user },
    action: pressed.action_id,
    value: pressed.value,
    delivery: `${pressed.action_ts}:${user}:${pressed.action_id}`,
    triggerId: body.trigger_id,
    view: isOnHome ? undefined : body.view,
    threadTs: body.message?.thread_ts,
    messageTs: body.message?.ts,
  };
  if (isOnHome) {
    const after = await ctx.handlers.home.handle(call, ctx);
    await ack();
    return pending.run(pressed.action_id, after);
  }
  const reply = await answerAction(call, ctx);
  await ack();
  pending.run(pressed.action_id, async () => {
    await Promise.all([reply.after?.(), showReply(ctx, body, reply)]);
  });
}

async function showReply(
  { messenger }: ReceiverContext['ctx'],
  body: BlockActions,
  { message, how: desired }: ActionReply,
): Promise<void> {
  if (desired === 'silent') return;
  const { response_url: url, channel, message: source } = body;
  const isPersonal = body.container?.is_ephemeral === true;
  const how = desired !== 'settle' ? desired : isPersonal ? 'replace' : 'add';
  // A question in a thread is a real message, whose metadata must change with it.
  if (how === 'replace' && !isPersonal && channel !== undefined && source !== undefined) {
    try {
      return await messenger.editPatiently({ channel: channel.id, ts: source.ts }, message);
    } catch (error) {
      if (!refusesEdit(error)) throw error;
      return messenger.postEphemeral({ user: body.user.id, channel: channel.id }, message);
    }
  }
  if (url !== undefined) return messenger.respond(url, message, how);
  await messenger.postEphemeral(
    { user: body.user.id, channel: channel?.id ?? body.user.id },
    message,
  );
}
