// Actions on Home and elsewhere: handler, ack and reply.
import type { AckFn } from '@slack/bolt';
import { answerAction } from '../dispatch/answer-action.ts';
import type { ActionReply } from '../dispatch/action.ts';
import type { BlockActions } from '../dispatch/incoming.ts';
import { runAfter } from './after-reply.ts';
import type { ReceiverContext } from './receiver-context.ts';
import type { Tell } from './tell-replies.ts';

export async function onAction(
  context: ReceiverContext,
  body: BlockActions,
  ack: AckFn<void>,
): Promise<void> {
  const { ctx, pending } = context;
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
  const { delivery, by: to } = call;
  if (isOnHome) {
    const after = await ctx.handlers.home.handle(call, ctx);
    await ack();
    return pending.run(pressed.action_id, () => runAfter(context, { delivery, to, after }));
  }
  const reply = await answerAction(call, ctx);
  const show = await prepare(context, body, reply, call.delivery);
  await ack();
  const { message, after } = reply;
  pending.run(pressed.action_id, async () => {
    await Promise.all([runAfter(context, { delivery, to, message, after }), show()]);
  });
}

/** Stored before the ack, as Slack does not redeliver actions. */
function prepare(
  { ctx: { messenger }, replies }: ReceiverContext,
  body: BlockActions,
  { message, how: desired }: ActionReply,
  delivery: string,
): Promise<Tell> {
  if (desired === 'silent') return Promise.resolve(async () => undefined);
  const { response_url: url, channel, message: source, user } = body;
  const isPersonal = body.container?.is_ephemeral === true;
  const how = desired !== 'settle' ? desired : isPersonal ? 'replace' : 'add';
  const to = { user: user.id, channel: channel?.id ?? user.id };
  // A question in a thread is a permanent message, whose metadata must change with it.
  const isReal = how === 'replace' && !isPersonal;
  const replaces =
    isReal && channel !== undefined && source !== undefined
      ? { channel: channel.id, ts: source.ts }
      : undefined;
  // Anybody with this address may post for a while, so it is not stored.
  const now = url === undefined ? undefined : () => messenger.respond(url, message, how);
  return replies.prepareAnswer(`action:${delivery}`, { to, message, replaces }, now);
}
