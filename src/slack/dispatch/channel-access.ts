// Whether the bot may post in a channel: remembered, or learnt by greeting the person there, which needs no further scope.
import { commandCode } from '../messages/commands.ts';
import { toFault } from '../../kernel/errors.ts';
import type { Who } from '../../engine/journal.ts';
import type { HandlerContext } from './command.ts';
import { say } from '../messages/message.ts';
import { mrkdwn } from '../messages/mrkdwn.ts';

const greeting = mrkdwn`First time here: I answer in this channel, and the cards of runs appear in it. ${commandCode('help')} lists what I can do.`;

/** Whether the bot has posted there before. Whoever asks may come to need no answer, so its failure is no loose end. */
export function rememberedPost(
  { memory }: Pick<HandlerContext, 'memory'>,
  { channel }: Who,
): Promise<boolean> {
  const asked = memory.mayPost(channel);
  asked.catch(() => undefined);
  return asked;
}

/**
 * What is not known for certain counts as yes; then the first post tells, and direct messages are the way out.
 * @param remembered where it was asked for before.
 */
export async function canPost(
  { memory, messenger, log }: Pick<HandlerContext, 'memory' | 'messenger' | 'log'>,
  { user, channel }: Who,
  remembered = rememberedPost({ memory }, { user, channel }),
): Promise<boolean> {
  // A press on Home or in a window comes from no channel: then the person is the place.
  if (/^[UW]/.test(channel) || (await remembered)) return true;
  try {
    await messenger.postEphemeralThere({ user, channel }, say(greeting));
    await memory.savePost(channel, true);
    return true;
  } catch (error) {
    const { code } = toFault(error);
    if (code === 'not_in_channel') return false;
    log.warn({ channel, code }, 'could not learn whether I may post');
    return true;
  }
}
