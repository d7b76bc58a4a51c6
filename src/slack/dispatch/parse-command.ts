// Parser of typed commands: a known command, or the problem with it. Pure.
import { distance } from 'fastest-levenshtein';
import { decodeSlackText, isBlank } from '../messages/slack-text.ts';
import { typedWord } from '../../kernel/text.ts';

export interface FlagOption {
  readonly kind: 'flag';
  readonly help: string;
}

export interface ValueOption {
  readonly kind: 'value';
  /** Shown in the usage: `--quota LIMIT/WINDOW`. */
  readonly placeholder: string;
  readonly help: string;
  /** The whole value must match. */
  readonly pattern: RegExp;
}

export type OptionSpec = FlagOption | ValueOption;

/** The parser's input about a command. */
export interface CommandGrammar {
  readonly name: string;
  /** Usage, without the slash word: `provision [--yes]`. */
  readonly usage: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Words after the name; `verbatim` takes the rest of the text unchanged, with its newlines. */
  readonly argument:
    | { readonly kind: 'none' }
    | { readonly kind: 'words'; readonly max: number; readonly allowed?: readonly string[] }
    | { readonly kind: 'verbatim'; readonly missing?: string };
}

export interface TypedCommand {
  readonly name: string;
  readonly options: Readonly<Record<string, string | true>>;
  readonly words: readonly string[];
  /** The verbatim rest; empty for other commands. */
  readonly rest: string;
}

export type Parsed =
  | { readonly kind: 'command'; readonly command: TypedCommand }
  | { readonly kind: 'unknown'; readonly word: string; readonly suggestion: string | undefined }
  | { readonly kind: 'invalid'; readonly name: string; readonly problem: string };

/** By name. */
export type CommandGrammars = ReadonlyMap<string, CommandGrammar>;

/** @param text as Slack delivers it, after the command word or the bot's mention. */
export function parseCommand(text: string, grammars: CommandGrammars): Parsed {
  const [, first = '', rest = ''] = splitName(withoutLead(decodeSlackText(text)));
  if (isBlank(first)) return typed('help', {}, [], '');
  const word = unmarked(first);
  const name = word.toLowerCase();
  const grammar = grammars.get(name);
  if (grammar === undefined) {
    return { kind: 'unknown', word, suggestion: nearest(name, [...grammars.keys()]) };
  }
  return grammar.argument.kind === 'verbatim'
    ? parseVerbatim(grammar, grammar.argument.missing, rest)
    : // A person is meant by a word, not by a name that several may have.
      parseWords(grammar, splitName(withoutLead(decodeSlackText(text, 'ids')))[2] ?? '');
}

/** Separator after a word; if the text begins on its own line, the indentation belongs to the text. */
const gap = String.raw`(?:\s*\n|[^\S\n]*)`;
const nameAndRest = new RegExp(String.raw`^\s*(\S*)${gap}([\s\S]*)$`);
const firstAndGap = new RegExp(String.raw`^(\S+)${gap}`);

function splitName(text: string): readonly (string | undefined)[] {
  return nameAndRest.exec(text) ?? [];
}

/** Pasted words keep their formatting marks; a whole command may be inside them. */
const wholeInMarks = /^\s*(```|[`*_~])([\s\S]*)\1\s*$/;
const lead = /^\s*[`*_~]*\/llmgw[`*_~]*(?=\s|$)/i;

/** The words without the slash word, and without marks around all of them. */
function withoutLead(text: string): string {
  const [, mark = '', inner = ''] = wholeInMarks.exec(text) ?? [];
  const isWhole = mark !== '' && !inner.includes(mark) && !isBlank(inner);
  return isWhole ? withoutLead(inner) : text.replace(lead, '');
}

/** A word without the marks around it; a word that is only marks stays. */
function unmarked(word: string): string {
  return word.replaceAll(/^[`*_~]+|[`*_~]+$/g, '') || word;
}

/** The most likely candidate for a typo, or none. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((name) => ({ name, off: distance(word, name) }))
    .toSorted((a, b) => a.off - b.off);
  const best = ranked[0];
  if (best === undefined) return undefined;
  const { length } = best.name;
  const allowed = length >= 8 ? 3 : length >= 4 ? 2 : 1;
  return best.off <= allowed ? best.name : undefined;
}

function typed(
  name: string,
  options: Record<string, string | true>,
  words: readonly string[],
  rest: string,
): Parsed {
  return { kind: 'command', command: { name, options, words, rest } };
}

function parseVerbatim(grammar: CommandGrammar, missing: string | undefined, text: string): Parsed {
  const options: Record<string, string | true> = {};
  let rest = text;
  while (isOption(rest)) {
    const [token = '', after = ''] = splitFirst(rest);
    rest = after;
    if (normal(token) === '--') break;
    const read = readOption(grammar, token, () => {
      const [value, remainder = ''] = splitFirst(rest);
      rest = remainder;
      return value;
    });
    if ('problem' in read) {
      // A text that looks like an option may be plain words.
      const asWords = read.isUnknown === true ? ` To use it as text, put \`--\` before it.` : '';
      return invalid(grammar, `${read.problem}${asWords}`);
    }
    options[read.name] = read.value;
  }
  if (isBlank(rest) && missing !== undefined) return invalid(grammar, missing);
  return typed(grammar.name, options, [], rest.trimEnd());
}

function parseWords(grammar: CommandGrammar, text: string): Parsed {
  const tokens = tokenise(text);
  if (tokens === undefined) return invalid(grammar, 'A closing quote is missing.');
  const options: Record<string, string | true> = {};
  const words: string[] = [];
  const queue = [...tokens];
  for (let token = queue.shift(); token !== undefined; token = queue.shift()) {
    if (token.quoted || !isOption(token.text)) {
      words.push(token.text);
      continue;
    }
    const read = readOption(grammar, token.text, () => queue.shift()?.text);
    if ('problem' in read) return invalid(grammar, read.problem);
    options[read.name] = read.value;
  }
  const problem = checkWords(grammar, words);
  return problem === undefined
    ? typed(grammar.name, options, words, '')
    : invalid(grammar, problem);
}

function checkWords(grammar: CommandGrammar, words: readonly string[]): string | undefined {
  const { argument } = grammar;
  const max = argument.kind === 'words' ? argument.max : 0;
  const extra = words[max];
  if (extra !== undefined) return `Unexpected argument ${typedWord(extra)}.`;
  if (argument.kind !== 'words' || argument.allowed === undefined) return undefined;
  const { allowed } = argument;
  const wrong = words.find((word) => !allowed.includes(word.toLowerCase()));
  if (wrong === undefined) return undefined;
  const suggestion = nearest(wrong.toLowerCase(), allowed);
  const meant = suggestion === undefined ? '' : ` Did you mean \`${suggestion}\`?`;
  return `Unknown argument ${typedWord(wrong)}.${meant}`;
}

function readOption(
  grammar: CommandGrammar,
  token: string,
  nextToken: () => string | undefined,
): { name: string; value: string | true } | { problem: string; isUnknown?: true } {
  const [, name = '', inline] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(normal(token)) ?? [];
  const spec = Object.hasOwn(grammar.options, name) ? grammar.options[name] : undefined;
  if (spec === undefined) {
    const suggestion = nearest(name, Object.keys(grammar.options));
    const meant = suggestion === undefined ? '' : ` Did you mean \`--${suggestion}\`?`;
    return {
      problem: `Unknown option ${typedWord(`--${name}`)} for \`${grammar.name}\`.${meant}`,
      isUnknown: true,
    };
  }
  if (spec.kind === 'flag') {
    return inline === undefined
      ? { name, value: true }
      : { problem: `\`--${name}\` takes no value.` };
  }
  const value = inline ?? nextToken();
  if (value === undefined || value === '') {
    return { problem: `\`--${name}\` needs a value: \`--${name} ${spec.placeholder}\`.` };
  }
  const whole = new RegExp(`^(?:${spec.pattern.source})$`, spec.pattern.flags);
  return whole.test(value)
    ? { name, value }
    : {
        problem: `${typedWord(value)} is not a valid \`--${name} ${spec.placeholder}\` (${spec.help}).`,
      };
}

function invalid(grammar: CommandGrammar, problem: string): Parsed {
  return { kind: 'invalid', name: grammar.name, problem };
}

/** Phones and Macs turn two typed hyphens into a dash. */
function normal(token: string): string {
  return token.replace(/^[\u2013\u2014]/, '--');
}

function isOption(text: string): boolean {
  return /^(--|[\u2013\u2014](?=\S))/.test(text);
}

function splitFirst(text: string): [string | undefined, string | undefined] {
  const match = firstAndGap.exec(text);
  return match === null ? [undefined, undefined] : [match[1], text.slice(match[0].length)];
}

interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

/** Splits at blanks; single, double and typographic quotes keep blanks together. */
function tokenise(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const pattern = /\s*(?:"([^"]*)"|'([^']*)'|\u201C([^\u201D]*)\u201D|(\S+))/y;
  const end = text.trimEnd().length;
  let at = 0;
  while (at < end) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const quoted = match[1] ?? match[2] ?? match[3];
    const bare = match[4] ?? '';
    if (quoted === undefined && /^["'\u201C]/.test(bare)) return undefined;
    tokens.push({ text: quoted ?? unmarked(bare), quoted: quoted !== undefined });
    at = pattern.lastIndex;
  }
  return tokens;
}
