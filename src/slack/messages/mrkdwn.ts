// Type and helpers for Slack's mrkdwn, with every foreign part escaped.
import { formatDuration } from '../../kernel/duration.ts';

declare const brand: unique symbol;

/** Safe to send as mrkdwn: it contains only the mentions and links that this file has made. */
export type Mrkdwn = string & { readonly [brand]: 'mrkdwn' };

/** A string whose value the compiler knows, so that it is our own text. */
type Literal<Text> = Text extends string
  ? Record<never, never> extends Record<Text, 1>
    ? never
    : Text
  : never;
/** Prevents double escaping. */
type Plain<Text extends string> = Text extends Mrkdwn ? never : Text;
type Part<Given> = Given extends Mrkdwn | number ? Given : Literal<Given>;

/**
 * mrkdwn`The gateway ${code(name)} is ready.`: takes mrkdwn, numbers and literals; its type refuses any other string,
 * which needs `escapeText`, `code` or another function below.
 */
export function mrkdwn<const Given extends readonly unknown[]>(
  strings: TemplateStringsArray,
  ...parts: { readonly [Index in keyof Given]: Part<Given[Index]> }
): Mrkdwn {
  return String.raw({ raw: strings }, ...parts) as Mrkdwn;
}

/** For an omitted optional part. */
export const nothing = mrkdwn``;

/** Escapes foreign text: mentions and links in it stay plain. */
export function escapeText<Text extends string>(text: Plain<Text>): Mrkdwn {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') as Mrkdwn;
}

const lookAlikes: Readonly<Record<string, string>> = {
  '*': '∗',
  '~': '∼',
  '`': 'ˋ',
  _: 'ˍ',
  ':': '꞉',
};
/** An underscore within a word formats nothing; a colon does at the start of an emoji name. */
const formatting = /[*~`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|:(?=[a-z0-9_+'-]+:)/giu;
/** Line breaks of some clients; direction marks change the order of the text around them. */
const lineEnds = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;
const directions = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** A person's text, quoted line by line and without formatting: no line looks like the bot's own. */
export function quotedLines<Text extends string>(text: Plain<Text>): Mrkdwn {
  const inert = text
    .trim()
    .replaceAll(directions, '')
    .replaceAll(formatting, (mark) => lookAlikes[mark] ?? mark);
  return joined(
    inert.split(lineEnds).map((line) => mrkdwn`> ${escapeText<string>(line)}`),
    '\n',
  );
}

/** A code span whose content cannot end it. */
export function code<Text extends string>(text: Plain<Text>): Mrkdwn {
  return mrkdwn`\`${escapeText(text.replaceAll('`', 'ˋ'))}\``;
}

/** A code block whose content cannot end it. */
export function codeBlock<Text extends string>(text: Plain<Text>): Mrkdwn {
  return mrkdwn`\`\`\`\n${escapeText(text.replaceAll('```', 'ˋˋˋ'))}\n\`\`\``;
}

/** A person by their id: this notifies them where they are in the channel. */
export function mention(user: string): Mrkdwn {
  return isId(user) ? (`<@${user}>` as Mrkdwn) : escapeText(`@${user}`);
}

/** A channel by its id. */
export function channelLink(channel: string): Mrkdwn {
  return isId(channel) ? (`<#${channel}>` as Mrkdwn) : escapeText(`#${channel}`);
}

/** A link with our own label. */
export function link(url: string, label: string): Mrkdwn {
  const target = escapeText(url.replaceAll('|', '%7C'));
  return /^https?:\/\//.test(url)
    ? (`<${target}|${escapeText(label)}>` as Mrkdwn)
    : escapeText(label);
}

const isId = (text: string): boolean => /^[A-Z][A-Z0-9]+$/.test(text);

const knownLink =
  /\bhttps:\/\/(?:[a-z]+\.)*(?:cloud\.google\.com|huggingface\.co)\/(?:[\w~/?#[\]@$'*+,;=%:!.-]|&amp;)*[\w/]/g;

/** Foreign text with links for addresses of Google Cloud and Hugging Face; others stay text. */
export function withKnownLinks<Text extends string>(text: Plain<Text>): Mrkdwn {
  return escapeText(text).replaceAll(knownLink, (url) => `<${url}>`) as Mrkdwn;
}

/** A time in the reader's own time zone, with a fallback if Slack cannot render it. */
export function moment(at: number): Mrkdwn {
  const fallback = new Date(at).toISOString();
  return `<!date^${Math.floor(at / 1000)}^{date_short_pretty} {time_secs}|${fallback}>` as Mrkdwn;
}

/** `1 min 5 s`, `12 s`, `340 ms`. */
export const duration = (ms: number): Mrkdwn => escapeText(formatDuration(ms));

export function joined(parts: readonly Mrkdwn[], separator: string): Mrkdwn {
  return parts.join(separator) as Mrkdwn;
}

/** `2026-11-30 13:01 UTC` */
const spokenMoment = (seconds: number): string =>
  `${new Date(seconds * 1_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Not the sign of a product, as in `2 * 3`. */
const bold = /(?<![^\s(“"·>])\*(?=\S)([^*\n]*\S)\*(?![^\s).,:;!?”"·…])/g;

/** The same for screen readers and notifications: without emoji names, formatting, link addresses and date syntax. */
export function spoken(text: Mrkdwn): Mrkdwn {
  return text
    .replaceAll(/(^|\s):[a-z+-][a-z0-9_+-]*:(?:\s+|$)/g, '$1')
    .replaceAll(/<https?:[^|<>]*\|([^<>]*)>/g, '$1')
    .replaceAll(/<!date\^(\d+)\^[^<>]*>/g, (_, at: string) => spokenMoment(Number(at)))
    .replaceAll('`', '')
    .replaceAll(bold, '$1')
    .trim() as Mrkdwn;
}
