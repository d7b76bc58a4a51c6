// Replies in the thread of an answer: what goes on with the conversation, and what is a command all the same.
import type { Desk } from '../commands/command.ts';
import { commandForms } from '../commands/command-table.ts';
import { type Spoken, mentions } from './incoming.ts';
import { parseCommand } from '../parse-command.ts';
import { isBlank } from '../slack-text.ts';

/** Where the app hears all messages of its channels: a reply to an answer goes on with it. A mention is heard as one. */
export async function isReply(
  { asks }: Pick<Desk, 'asks'>,
  { channel, text, thread_ts: thread }: Spoken,
  botUserId: string | undefined,
): Promise<boolean> {
  if (thread === undefined || mentions(text, botUserId)) return false;
  return asks.isConversation(`${channel}:${thread}`);
}

/** In a conversation, what is no command is a question. */
export async function orPrompt(
  { asks }: Pick<Desk, 'asks'>,
  said: Spoken,
  text: string,
): Promise<string> {
  if (said.thread_ts === undefined || parseCommand(text, commandForms).kind === 'command') {
    return text;
  }
  const isGoingOn = await asks
    .isConversation(`${said.channel}:${said.thread_ts}`)
    .catch(() => false);
  return isGoingOn && !isBlank(text) ? `ask -- ${text}` : text;
}
