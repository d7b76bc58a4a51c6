// Replies in the thread of an answer: follow-up questions and commands.
import type { Conversation } from '../dispatch/handlers.ts';
import type { HandlerContext } from '../dispatch/command.ts';
import { mentions } from '../dispatch/incoming.ts';
import { type TypedCommand, parseCommand } from '../dispatch/parse-command.ts';
import { isBlank } from '../messages/slack-text.ts';
import type { Spoken } from './spoken.ts';

/** In apps that receive all messages of their channels, a reply continues the conversation. A mention arrives as one. */
export async function isReply(
  ctx: HandlerContext,
  { channel, text, threadTs: thread }: Spoken,
  botUserId: string | undefined,
): Promise<boolean> {
  if (thread === undefined || mentions(text, botUserId)) return false;
  const found = await ctx.handlers.conversations.find(ctx, `${channel}:${thread}`);
  return found !== undefined;
}

/** The conversation in the message's thread; undefined also during a store failure. */
export function conversationOf(
  ctx: HandlerContext,
  { channel, threadTs: thread }: Spoken,
): Promise<Conversation | undefined> {
  if (thread === undefined) return Promise.resolve(undefined);
  return ctx.handlers.conversations.find(ctx, `${channel}:${thread}`).catch(() => undefined);
}

/** In a conversation, any text other than a command is a question. */
export function orPrompt(
  { handlers }: Pick<HandlerContext, 'handlers'>,
  conversation: Conversation | undefined,
  text: string,
): string {
  if (conversation === undefined || isBlank(text)) return text;
  return parseCommand(text, handlers.grammars).kind === 'command' ? text : `ask -- ${text}`;
}

/** The prompt with the forwarded messages; a command without a prompt is unchanged. */
export function withForwarded(
  ctx: Pick<HandlerContext, 'handlers' | 'gateways'>,
  forwarded: string,
  text: string,
): string {
  if (forwarded === '') return text;
  if (isBlank(text)) return `ask -- ${forwarded}`;
  const parsed = parseCommand(text, ctx.handlers.grammars);
  if (parsed.kind === 'command') {
    if (parsed.command.name === 'ask') return `${text}\n\n${forwarded}`;
    return isWholeCommand(ctx, parsed.command) ? text : `ask -- ${text}\n\n${forwarded}`;
  }
  // `ask --raw` alone: the forwarded text is its prompt.
  if (parsed.kind === 'invalid' && parsed.name === 'ask') return `${text}\n\n${forwarded}`;
  // Words beside a forwarded message are about it ("Can you explain this?", "Key points?"), unless they set options.
  return parsed.kind === 'invalid' && hasOption.test(text)
    ? text
    : `ask -- ${text}\n\n${forwarded}`;
}

/** "Status update?" begins like a command, but names no gateway, run, person, command or subcommand. */
function isWholeCommand(
  { handlers: { grammars }, gateways }: Pick<HandlerContext, 'handlers' | 'gateways'>,
  { name, words: [first], options }: TypedCommand,
): boolean {
  if (first === undefined || Object.keys(options).length > 0) return true;
  const own = grammars.get(name)?.usage.match(/\b[a-z]{2,}\b/g) ?? [];
  const names = [...own, ...grammars.keys(), ...Object.keys(gateways)];
  return names.includes(first.toLowerCase()) || /^(?:<?@.*|(?=.*\d)[\w/.-]*\w)$/.test(first);
}

const hasOption = /(?:^|\s)(?:--|[\u2013\u2014])\w/;
