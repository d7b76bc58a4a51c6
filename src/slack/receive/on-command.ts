// Slash commands, acked with their answer.
import type { AckFn, RespondArguments } from '@slack/bolt';
import type { z } from 'zod';
import { type Answered, answerCommand } from '../dispatch/answer-command.ts';
import type { slashCommand } from '../dispatch/incoming.ts';
import { commandCode } from '../messages/commands.ts';
import { code, mrkdwn } from '../messages/mrkdwn.ts';
import { outcome, say } from '../messages/message.ts';
import { countReply } from './count-reply.ts';
import type { ReceiverContext } from './receiver-context.ts';

export async function onCommand(
  { ctx, metrics, pending }: ReceiverContext,
  given: z.infer<typeof slashCommand>,
  ack: AckFn<RespondArguments>,
): Promise<void> {
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
  const { after } = answered;
  if (after !== undefined) pending.run(answered.command, after);
  if (url !== undefined && rest.length > 0) {
    pending.run('more', () => ctx.messenger.respondMore(url, rest));
  }
}

function otherCommand(command: string) {
  const text = mrkdwn`${code(command)} is not mine. I answer to \`/llmgw\`; ${commandCode('help')} lists what I can do.`;
  return say(text, { mark: outcome('refused', 'command') });
}
