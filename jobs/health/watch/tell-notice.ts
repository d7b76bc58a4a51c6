// Slack adapter for notices: one message per id, posted once, then edited.
import type { Notice } from './notices.ts';
import type { Messenger } from '../../../src/slack/send/messenger.ts';
import { isFaultCode, refusesEdit } from '../../../src/slack/send/slack-faults.ts';
import type { SlackMemory } from '../../../src/slack/send/slack-memory.ts';
import { noticeInstead, noticeMessage } from './view.ts';

/**
 * @param lost the channel that the person replaces.
 * @throws transient faults, to be retried later; permanent ones when the bot can't post there.
 */
export async function tellNotice(
  { messenger, memory }: { readonly messenger: Messenger; readonly memory: SlackMemory },
  channel: string,
  notice: Notice,
  lost?: string,
): Promise<void> {
  const name = `notice:${notice.id}:${channel}`;
  const message = lost === undefined ? noticeMessage(notice) : noticeInstead(notice, lost);
  const place = await memory.message(name);
  if (place !== undefined) {
    try {
      await messenger.edit(place, message, 'final');
      return;
    } catch (error) {
      // The message was deleted: post the current state again.
      if (isFaultCode(error, 'not_in_channel') || !refusesEdit(error)) throw error;
    }
  }
  await memory.saveMessage(name, await messenger.post({ channel }, message));
}
