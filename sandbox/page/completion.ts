// Completion of the message field: commands, arguments, people, channels.
import type { Channel, Person, SlashCommand } from './workspace-client.ts';

export interface Offer {
  readonly label: string;
  readonly detail: string;
  /** The whole text, and the caret position, after the completion is accepted. */
  readonly text: string;
  readonly caret: number;
}

export interface Completion {
  readonly title: string;
  readonly offers: readonly Offer[];
  /** Enter accepts it immediately; otherwise Enter sends the typed text. */
  readonly isEager: boolean;
}

export interface Known {
  readonly commands: readonly SlashCommand[];
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
}

const none: Completion = { title: '', offers: [], isEager: false };

export function complete(text: string, caret: number, known: Known): Completion {
  const before = text.slice(0, caret);
  const command = /^\/\S*$/.exec(before)?.[0];
  if (command !== undefined) return commands(command, known);
  const [, name, typed] = /^(\/\S+) +(\S*)$/.exec(before) ?? [];
  if (name !== undefined && typed !== undefined) return argumentsOf(name, typed, known);
  const mark = /(?:^|\s)([@#])([\w-]*)$/.exec(before);
  if (mark === null) return none;
  return mark[1] === '@'
    ? mentions(text, caret, mark[2] ?? '', known)
    : places(text, caret, mark[2] ?? '', known);
}

function commands(typed: string, known: Known): Completion {
  const fitting = known.commands.filter(({ command }) => command.startsWith(typed));
  return {
    title: 'Slash commands',
    // A completely typed command can be sent directly.
    isEager: !fitting.some(({ command }) => command === typed),
    offers: fitting.map(({ command, description, usageHint }) => {
      const text = `${command} `;
      const detail = usageHint === '' ? description : `${usageHint} · ${description}`;
      return { label: command, detail, text, caret: text.length };
    }),
  };
}

/** "help | key | ask PROMPT" are three alternatives; words in capitals are placeholders. */
export function hintsOf(usageHint: string): { words: string; blanks: string }[] {
  return usageHint
    .split('|')
    .map((way) => way.trim())
    .filter((way) => way !== '')
    .map((way) => {
      const parts = way.split(/\s+/);
      const at = parts.findIndex((part) => !/^[a-z][a-z-]*$/.test(part));
      const fixed = at === -1 ? parts : parts.slice(0, at);
      return { words: fixed.join(' '), blanks: at === -1 ? '' : parts.slice(at).join(' ') };
    });
}

function argumentsOf(name: string, typed: string, known: Known): Completion {
  const hint = known.commands.find(({ command }) => command === name)?.usageHint ?? '';
  const ways = hintsOf(hint).filter(({ words }) => words !== '' && words.startsWith(typed));
  // There is nothing to offer when the only alternative is already typed.
  if (ways.length === 1 && ways[0]?.words === typed) return none;
  return {
    title: `Usage of ${name}`,
    isEager: false,
    offers: ways.map(({ words, blanks }) => {
      const text = `${name} ${words}${blanks === '' ? '' : ' '}`;
      return { label: `${name} ${words}`, detail: blanks, text, caret: text.length };
    }),
  };
}

function mentions(text: string, caret: number, typed: string, known: Known): Completion {
  const fitting = known.people.filter(
    ({ name, realName }) =>
      name.startsWith(typed.toLowerCase()) ||
      realName.toLowerCase().startsWith(typed.toLowerCase()),
  );
  const offers = fitting.map(({ name, realName, isBot }) => ({
    label: `@${name}`,
    detail: isBot ? `${realName} · app` : realName,
    ...replaced(text, caret, typed.length + 1, `@${name} `),
  }));
  return { title: 'People', offers, isEager: true };
}

function places(text: string, caret: number, typed: string, known: Known): Completion {
  const fitting = known.channels.filter(
    ({ kind, name }) => kind === 'channel' && name.startsWith(typed.toLowerCase()),
  );
  const offers = fitting.map(({ name, topic }) => ({
    label: `#${name}`,
    detail: topic,
    ...replaced(text, caret, typed.length + 1, `#${name} `),
  }));
  return { title: 'Channels', offers, isEager: true };
}

function replaced(
  text: string,
  caret: number,
  length: number,
  by: string,
): Pick<Offer, 'text' | 'caret'> {
  const start = caret - length;
  return { text: text.slice(0, start) + by + text.slice(caret), caret: start + by.length };
}
