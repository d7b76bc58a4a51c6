// Slash commands, acked with their reply.
import type { AckFn, RespondArguments } from '@slack/bolt';
import type { z } from 'zod';
import { toFault } from '../../kernel/errors.ts';
import { type Answered, answerCommand } from '../dispatch/answer-command.ts';
import type { slashCommand } from '../dispatch/incoming.ts';
import { commandCode } from '../messages/commands.ts';
import { code, mrkdwn } from '../messages/mrkdwn.ts';
import { type Message, outcome, say } from '../messages/message.ts';
import type { ReplyPlace } from '../outbox/replies.ts';
import type { Payload } from '../send/outgoing.ts';
import { runAfter } from './after-reply.ts';
import { countReply } from './count-reply.ts';
import type { ReceiverContext } from './receiver-context.ts';

export async function onCommand(
  context: ReceiverContext,
  given: z.infer<typeof slashCommand>,
  ack: AckFn<RespondArguments>,
): Promise<void> {
  const { ctx, metrics, pending } = context;
  const stop = metrics.ackSeconds.startTimer();
  const { trigger_id: triggerId, response_url: url } = given;
  const by = { user: given.user_id, channel: given.channel_id };
  const call = { by, via: 'slash', threadTs: undefined, triggerId, delivery: triggerId } as const;
  const answered: Answered =
    given.command === '/llmgw'
      ? await answerCommand(given.text, call, ctx)
      : { message: otherCommand(given.command), command: 'other' };
  const [{ text, blocks }, ...rest] = ctx.messenger.personal(answered.message);
  await ack({ response_type: 'ephemeral', text, blocks });
  stop();
  countReply(metrics, answered.command, answered);
  const { after, message } = answered;
  const delivery = `command:${triggerId}`;
  if (after !== undefined) {
    pending.run(answered.command, () => runAfter(context, { delivery, to: by, message, after }));
  }
  if (rest.length > 0) {
    pending.run('more', () => tellMore(context, { delivery, to: by, message, url, rest }));
  }
}

interface More {
  readonly delivery: string;
  readonly to: ReplyPlace;
  readonly message: Message;
  readonly url: string | undefined;
  readonly rest: readonly Payload[];
}

/** The pages that did not fit into the ack; all pages again if Slack's address rejects them. */
async function tellMore(
  { ctx, replies }: ReceiverContext,
  { delivery, to, message, url, rest }: More,
): Promise<void> {
  try {
    if (url !== undefined) return await ctx.messenger.respondMore(url, rest);
  } catch (error) {
    ctx.log.info({ err: toFault(error) }, 'later pages refused');
  }
  await replies.reply(`more:${delivery}`, to, 'asker', message);
}

function otherCommand(command: string) {
  const text = mrkdwn`I don't handle ${code(command)}. *Next:* Run ${commandCode('help')} to see my commands.`;
  return say(text, { mark: outcome('refused', 'command') });
}
