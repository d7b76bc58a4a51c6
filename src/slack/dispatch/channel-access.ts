// Channel access check: remembered, or probed with an ephemeral greeting.
import { commandCode } from '../messages/commands.ts';
import { toFault } from '../../kernel/errors.ts';
import type { Who } from '../../engine/journal.ts';
import type { HandlerContext } from './command.ts';
import { say } from '../messages/message.ts';
import { mrkdwn } from '../messages/mrkdwn.ts';

const greeting = mrkdwn`I'll post answers and run progress in this channel. Run ${commandCode('help')} to see the commands.`;

/** Whether the bot has posted there before. The caller may drop the promise, so its rejection is handled here. */
export function rememberedPost(
  { memory }: Pick<HandlerContext, 'memory'>,
  { channel }: Who,
): Promise<boolean> {
  const asked = memory.mayPost(channel);
  asked.catch(() => undefined);
  return asked;
}

/**
 * An uncertain result counts as yes; the first post then shows it, and falls back to direct messages.
 * @param remembered the earlier lookup, if any.
 */
export async function canPost(
  { memory, messenger, log }: Pick<HandlerContext, 'memory' | 'messenger' | 'log'>,
  { user, channel }: Who,
  remembered = rememberedPost({ memory }, { user, channel }),
): Promise<boolean> {
  // An action on Home or in a modal has no channel: its answer goes to the person.
  if (/^[UW]/.test(channel) || (await remembered)) return true;
  try {
    await messenger.postEphemeralThere({ user, channel }, say(greeting));
    await memory.savePost(channel, true);
    return true;
  } catch (error) {
    const { code } = toFault(error);
    if (code === 'not_in_channel') return false;
    log.warn({ channel, code }, 'channel probe failed');
    return true;
  }
}
