// Messages for help and for commands that cannot be run. Pure.
import { commandCode } from '../messages/commands.ts';
import type { OptionSpec } from './parse-command.ts';
import { typedWord } from '../../kernel/text.ts';
import { type Message, context, outcome, say, section } from '../messages/message.ts';
import { type Mrkdwn, mrkdwn, escapeText, code, joined } from '../messages/mrkdwn.ts';

/** The fields of a command that help shows. */
export interface HelpEntry {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly help: string;
  readonly example: string;
  readonly permission: 'anyone' | 'operator';
  readonly options: Readonly<Record<string, OptionSpec>>;
}

const groups = [
  { permission: 'anyone', title: 'Everyone' },
  { permission: 'operator', title: 'Operators' },
] as const;

/** One line per command; `help COMMAND` has the rest. */
export function helpMessage(
  entries: readonly HelpEntry[],
  job: string,
  unknown: string | undefined,
): Message {
  const lead =
    unknown === undefined || unknown === ''
      ? ''
      : mrkdwn`Unknown command ${escapeText(typedWord(unknown))}. `;
  const lists = groups.flatMap(({ permission, title }) => {
    const lines = entries
      .filter((entry) => entry.permission === permission)
      .map(({ name, summary }) => mrkdwn`${commandCode(name)} ${escapeText(summary)}`);
    return lines.length === 0 ? [] : [mrkdwn`*${title}*\n${joined(lines, '\n')}`];
  });
  const names = escapeText(entries.map(({ name }) => name).join(', '));
  return {
    text: mrkdwn`${lead}Commands: ${names}.`,
    blocks: [
      ...(lead === '' ? [] : [section(lead)]),
      ...lists.map((list) => section(list)),
      context(
        mrkdwn`Details and an example: ${commandCode('help COMMAND')}. In threads, mention me: \`@llmgw status\`. In direct messages, type \`status\`.`,
      ),
    ],
    mark: outcome('ok', job),
  };
}

export function commandHelp(entry: HelpEntry, job: string): Message {
  const { usage, summary, help, example, permission } = entry;
  const options = Object.entries(entry.options).map(([name, option]) =>
    option.kind === 'flag'
      ? mrkdwn`${code(`--${name}`)} ${escapeText(option.help)}`
      : mrkdwn`${code(`--${name} ${option.placeholder}`)} ${escapeText(option.help)}`,
  );
  const lead = mrkdwn`*${escapeText(summary)}.* ${escapeText(help)}${permission === 'operator' ? ' For operators.' : ''}`;
  return {
    text: mrkdwn`${lead} Usage: ${commandCode(usage)}`,
    blocks: [
      section(lead),
      section(mrkdwn`*Usage:* ${commandCode(usage)}\n*Example:* ${commandCode(example)}`),
      ...(options.length === 0 ? [] : [section(joined([mrkdwn`*Options*`, ...options], '\n'))]),
    ],
    mark: outcome('ok', job),
  };
}

export function unknownCommand(word: string, suggestion: string | undefined, job: string): Message {
  const meant =
    suggestion === undefined
      ? mrkdwn`Run ${commandCode('help')} to list the commands.`
      : mrkdwn`Did you mean ${commandCode(suggestion)}? ${commandCode('help')} lists the commands.`;
  const text = mrkdwn`Unknown command ${escapeText(typedWord(word))}. ${meant}`;
  return say(text, { mark: outcome('refused', job) });
}

export function invalidCommand(problem: string, usage: string, job: string): Message {
  const text = mrkdwn`${escapeText(problem)} Usage: ${commandCode(usage)}`;
  return say(text, { mark: outcome('refused', job) });
}

/** For a button or a modal with unreadable fields. */
export const outdated = (what: 'button' | 'modal', job: string): Message =>
  refusal(
    mrkdwn`This ${what} belongs to another version of llmgw. Run the command again.`,
    job,
    mrkdwn`Outdated ${what}.`,
  );

/** @param lead the text next to the mark. */
export function refusal(text: Mrkdwn, job: string, lead = mrkdwn`Permission denied.`): Message {
  return {
    text: mrkdwn`${lead} ${text}`,
    blocks: [section(mrkdwn`:no_entry: *${lead}* ${text}`)],
    mark: outcome('refused', job),
  };
}
