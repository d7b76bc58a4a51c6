// Help, and the sentences for what was not understood. Pure.
import { commandCode } from '../messages/commands.ts';
import type { OptionSpec } from './parse-command.ts';
import { typedWord } from '../../kernel/text.ts';
import { type Message, context, outcome, section } from '../messages/message.ts';
import { type Mrkdwn, mrkdwn, escapeText, code, joined } from '../messages/mrkdwn.ts';

/** What help tells of a command. */
export interface HelpEntry {
  readonly name: string;
  readonly usage: string;
  readonly help: string;
  readonly permission: 'anyone' | 'operator';
  readonly options: Readonly<Record<string, OptionSpec>>;
}

export function helpMessage(
  entries: readonly HelpEntry[],
  job: string,
  unknown: string | undefined,
): Message {
  const lines = entries.map(({ usage, help }) => mrkdwn`${commandCode(usage)} ${escapeText(help)}`);
  const lead =
    unknown === undefined || unknown === ''
      ? ''
      : mrkdwn`There is no command ${escapeText(typedWord(unknown))}.\n`;
  return {
    text: mrkdwn`${lead}You may use: ${escapeText(entries.map(({ name }) => name).join(', '))}.`,
    blocks: [
      section(mrkdwn`${lead}*What you may type*\n${joined(lines, '\n')}`),
      context(
        mrkdwn`In threads, where Slack takes no slash commands, mention me: \`@llmgw status\`. In direct messages just type: \`status\`.`,
      ),
    ],
    mark: outcome('ok', job),
  };
}

export function commandHelp(entry: HelpEntry, job: string): Message {
  const options = Object.entries(entry.options).map(([name, option]) =>
    option.kind === 'flag'
      ? mrkdwn`${code(`--${name}`)} ${escapeText(option.help)}`
      : mrkdwn`${code(`--${name} ${option.placeholder}`)} ${escapeText(option.help)}`,
  );
  const who = entry.permission === 'operator' ? 'Operators only.' : 'Everybody may use it.';
  return {
    text: mrkdwn`${escapeText(`/llmgw ${entry.usage}: ${entry.help}.`)} ${who}`,
    blocks: [
      section(mrkdwn`${commandCode(entry.usage)}\n${escapeText(entry.help)}. ${who}`),
      ...(options.length === 0 ? [] : [section(joined(options, '\n'))]),
    ],
    mark: outcome('ok', job),
  };
}

export function unknownCommand(word: string, suggestion: string | undefined, job: string): Message {
  const meant =
    suggestion === undefined
      ? mrkdwn`Type ${commandCode('help')} to see what there is.`
      : mrkdwn`Did you mean ${commandCode(suggestion)}? ${commandCode('help')} lists all.`;
  const said = escapeText(typedWord(word));
  return {
    text: mrkdwn`I do not know ${said}. ${meant}`,
    blocks: [section(mrkdwn`I do not know ${said}. ${meant}`)],
    mark: outcome('refused', job),
  };
}

export function invalidCommand(problem: string, usage: string, job: string): Message {
  const text = mrkdwn`${escapeText(problem)} It is typed like this: ${commandCode(usage)}`;
  return { text, blocks: [section(text)], mark: outcome('refused', job) };
}

/** To a button or a window whose fields cannot be read. */
export const fromOtherVersion = (what: 'button' | 'window'): Mrkdwn =>
  mrkdwn`This ${what} is from another version of me.`;

/** @param lead the words beside the mark. */
export function refusal(text: Mrkdwn, job: string, lead = mrkdwn`Not allowed.`): Message {
  return {
    text,
    blocks: [section(mrkdwn`:no_entry: *${lead}* ${text}`)],
    mark: outcome('refused', job),
  };
}
