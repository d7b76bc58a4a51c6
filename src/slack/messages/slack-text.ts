// Slack's text encoding: decoding of typed text and encoding of foreign text.

/**
 * The typed text: links, mentions and escaped characters of a Slack text decoded.
 * @param people form of a mention: the typed name, or Slack's id of the person.
 */
export function decodeSlackText(text: string, people: 'names' | 'ids' = 'names'): string {
  const ids = people === 'ids' ? text.replaceAll(/<@([UW][A-Z0-9]+)\|[^<>]*>/g, '<@$1>') : text;
  return ids
    .replaceAll(/<([^<>]*)>/g, (whole, inner: string) => decodeAngle(inner) ?? whole)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function decodeAngle(inner: string): string | undefined {
  const bar = inner.indexOf('|');
  const target = bar === -1 ? inner : inner.slice(0, bar);
  // Slack leaves the name of a private channel empty.
  const label = bar === -1 || bar === inner.length - 1 ? undefined : inner.slice(bar + 1);
  const sign = target[0];
  if (sign === '@' || sign === '#') {
    return `${sign}${(label ?? target.slice(1)).replace(/^[@#]/, '')}`;
  }
  if (target.startsWith('!date^')) return label ?? target.slice('!date^'.length);
  if (sign === '!') return `@${(label ?? target.slice(1)).replace(/^@/, '')}`;
  return /^[a-z][a-z0-9+.-]*:/i.test(target) ? linkAsTyped(target, label) : undefined;
}

/** Slack turns bare names and addresses into links; a link with another label is kept beside the label. */
function linkAsTyped(target: string, label: string | undefined): string {
  if (label === undefined) return target;
  const isOwnName =
    target.replace(/^(?:https?:\/\/|mailto:|tel:)/i, '').replace(/\/$/, '') ===
    label.replace(/\/$/, '');
  return isOwnName || target === label ? label : `[${label}](${target})`;
}

/** No visible content: only blanks of any kind, zero-width signs, direction marks. */
export function isBlank(text: string): boolean {
  return /^[\s\p{Default_Ignorable_Code_Point}]*$/u.test(text);
}

/** Texts that Slack reads as a mention, channel or date; `List<@NonNull String>` and `<!DOCTYPE html>` are none. */
const liveMention = String.raw`(?:@[UWB][A-Z0-9]+|#[CGD][A-Z0-9]+|![a-zA-Z]+(?:\^[^<>|]*)?)(?:\|[^<>]*)?>`;
const live = new RegExp(`<(?=${liveMention})`, 'g');

/** Exact except for each `<!channel>`, `<@U…>` and `<#C…>`, which a word joiner disables. */
export function lameMentions(markdown: string): string {
  return markdown.replaceAll(live, '<\u2060');
}

/** Maximum length of a label, and of the held-back end of a growing text that may still close one. */
const longestMention = 300;

/** Length of the part of a growing text that later text cannot turn into a mention. */
export function withoutOpenMention(text: string): string {
  const at = text.lastIndexOf('<');
  const isOpen =
    at >= 0 && text.length - at <= longestMention && /^<(?:[@#!][^<>]*)?$/.test(text.slice(at));
  return isOpen ? text.slice(0, at) : text;
}
