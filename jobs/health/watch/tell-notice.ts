// Shows a notice in a channel: one message for its id, posted the first time and edited whenever it is told again.
import type { Notice } from './notices.ts';
import type { Messenger } from '../../../src/slack/send/messenger.ts';
import { isFaultCode, refusesEdit } from '../../../src/slack/send/slack-faults.ts';
import type { SlackMemory } from '../../../src/slack/send/slack-memory.ts';
import { noticeInstead, noticeMessage } from './view.ts';

/**
 * @param lost the channel in whose place a person is told.
 * @throws transient faults to be called again later; permanent ones when the channel cannot be told.
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
      // Somebody removed it: what is true now is said anew.
      if (isFaultCode(error, 'not_in_channel') || !refusesEdit(error)) throw error;
    }
  }
  await memory.saveMessage(name, await messenger.post({ channel }, message));
}
