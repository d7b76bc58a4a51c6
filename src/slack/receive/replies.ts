// Replies in the thread of an answer: what goes on with the conversation, and what is a command all the same.
import type { Desk } from '../dispatch/command.ts';
import { mentions } from '../dispatch/incoming.ts';
import { type Parsed, parseCommand } from '../dispatch/parse-command.ts';
import { isBlank } from '../messages/slack-text.ts';
import type { Spoken } from './spoken.ts';

/** Where the app hears all messages of its channels: a reply to an answer goes on with it. A mention is heard as one. */
export async function isReply(
  desk: Desk,
  { channel, text, threadTs: thread }: Spoken,
  botUserId: string | undefined,
): Promise<boolean> {
  if (thread === undefined || mentions(text, botUserId)) return false;
  return desk.handlers.conversations.has(desk, `${channel}:${thread}`);
}

/** In a conversation, what is no command is a question. */
export async function orPrompt(desk: Desk, said: Spoken, text: string): Promise<string> {
  const { forms, conversations } = desk.handlers;
  if (said.threadTs === undefined || parseCommand(text, forms).kind === 'command') {
    return text;
  }
  const isGoingOn = await conversations
    .has(desk, `${said.channel}:${said.threadTs}`)
    .catch(() => false);
  return isGoingOn && !isBlank(text) ? `ask -- ${text}` : text;
}

/** The prompt with what was forwarded beside it; a command that takes no prompt is left alone. */
export function withForwarded(
  { handlers }: Pick<Desk, 'handlers'>,
  forwarded: string,
  text: string,
): string {
  if (forwarded === '') return text;
  if (isBlank(text)) return `ask -- ${forwarded}`;
  const parsed = parseCommand(text, handlers.forms);
  // A forwarded message is asked about in words that begin with no command.
  const isQuestion = parsed.kind === 'unknown' && parsed.suggestion === undefined;
  const takesPrompt =
    parsed.kind === 'command' ? parsed.command.name === 'ask' : isMissingPrompt(parsed);
  if (isQuestion) return `ask -- ${text}\n\n${forwarded}`;
  return takesPrompt ? `${text}\n\n${forwarded}` : text;
}

/** `ask --raw` alone: what was forwarded is its prompt. */
const isMissingPrompt = (parsed: Parsed): boolean =>
  parsed.kind === 'invalid' && parsed.name === 'ask';
