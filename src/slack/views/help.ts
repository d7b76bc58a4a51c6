// Help, and the sentences for what was not understood. Pure.
import type { OptionSpec } from '../parse-command.ts';
import { escapeText } from '../slack-text.ts';
import { typedWord } from '../../text.ts';
import { type Message, context, outcome, section } from './message.ts';

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
  const lines = entries.map(({ usage, help }) => `\`/llmgw ${usage}\` ${help}`);
  const lead =
    unknown === undefined || unknown === ''
      ? ''
      : `There is no command ${escapeText(typedWord(unknown))}.\n`;
  return {
    text: `${lead}You may use: ${entries.map(({ name }) => name).join(', ')}.`,
    blocks: [
      section(`${lead}*What you may type*\n${lines.join('\n')}`),
      context(
        'In threads, where Slack takes no slash commands, mention me: `@llmgw status`. In direct messages just type: `status`.',
      ),
    ],
    mark: outcome('ok', job),
  };
}

export function commandHelp(entry: HelpEntry, job: string): Message {
  const options = Object.entries(entry.options).map(([name, option]) =>
    option.kind === 'flag'
      ? `\`--${name}\` ${option.help}`
      : `\`--${name} ${option.placeholder}\` ${option.help}`,
  );
  const who = entry.permission === 'operator' ? 'Operators only.' : 'Everybody may use it.';
  return {
    text: `/llmgw ${entry.usage}: ${entry.help}. ${who}`,
    blocks: [
      section(`\`/llmgw ${entry.usage}\`\n${entry.help}. ${who}`),
      ...(options.length === 0 ? [] : [section(options.join('\n'))]),
    ],
    mark: outcome('ok', job),
  };
}

export function unknownCommand(word: string, suggestion: string | undefined, job: string): Message {
  const meant =
    suggestion === undefined
      ? 'Type `/llmgw help` to see what there is.'
      : `Did you mean \`/llmgw ${suggestion}\`? \`/llmgw help\` lists all.`;
  const said = escapeText(typedWord(word));
  return {
    text: `I do not know ${said}. ${meant}`,
    blocks: [section(`I do not know ${said}. ${meant}`)],
    mark: outcome('refused', job),
  };
}

export function invalidCommand(problem: string, usage: string, job: string): Message {
  const text = `${problem} It is typed like this: \`/llmgw ${usage}\``;
  return { text, blocks: [section(text)], mark: outcome('refused', job) };
}

/** @param lead the words beside the mark. */
export function refusal(text: string, job: string, lead = 'Not allowed.'): Message {
  return {
    text,
    blocks: [section(`:no_entry: *${lead}* ${text}`)],
    mark: outcome('refused', job),
  };
}
