// Slack's own text encoding: what people typed, read back from it, and foreign text written so that it stays text.

/**
 * What the person typed: links, mentions and escaped characters of a Slack text turned back.
 * @param people how a mention reads: by the name that was typed, or by Slack's id of the person.
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

/** Slack makes links of bare names and addresses; one that a person has put behind other words is kept beside them. */
function linkAsTyped(target: string, label: string | undefined): string {
  if (label === undefined) return target;
  const isOwnName =
    target.replace(/^(?:https?:\/\/|mailto:|tel:)/i, '').replace(/\/$/, '') ===
    label.replace(/\/$/, '');
  return isOwnName || target === label ? label : `[${label}](${target})`;
}

/** Nothing that could be seen: blanks of any kind, zero-width signs, marks of direction. */
export function isBlank(text: string): boolean {
  return /^[\s\p{Default_Ignorable_Code_Point}]*$/u.test(text);
}

/** What Slack reads as a mention, a channel or a date: `List<@NonNull String>` and `<!DOCTYPE html>` are none. */
const liveMention = String.raw`(?:@[UWB][A-Z0-9]+|#[CGD][A-Z0-9]+|![a-zA-Z]+(?:\^[^<>|]*)?)(?:\|[^<>]*)?>`;
const live = new RegExp(`<(?=${liveMention})`, 'g');

/** Exact but for each `<!channel>`, `<@U…>` and `<#C…>`, which a word joiner makes lame. */
export function lameMentions(markdown: string): string {
  return markdown.replaceAll(live, '<\u2060');
}

/** So long a label may be, and so long a growing text is held back for one that may still be closed. */
const longestMention = 300;

/** How much of a growing text no later word can make a mention of. */
export function withoutOpenMention(text: string): string {
  const at = text.lastIndexOf('<');
  const isOpen =
    at >= 0 && text.length - at <= longestMention && /^<(?:[@#!][^<>]*)?$/.test(text.slice(at));
  return isOpen ? text.slice(0, at) : text;
}
