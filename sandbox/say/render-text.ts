// Slack's mrkdwn as plain text, with resolved links, mentions, dates and entities.

/** Names of the ids in texts. */
export interface Names {
  person(id: string): string;
  channel(id: string): string;
}

export function plainMrkdwn(text: string, names: Names): string {
  return unescape(text.replace(/<([^<>]+)>/g, (_whole, inner: string) => mark(inner, names)));
}

function mark(inner: string, names: Names): string {
  const bar = inner.indexOf('|');
  const target = bar === -1 ? inner : inner.slice(0, bar);
  const label = bar === -1 ? '' : inner.slice(bar + 1);
  if (target.startsWith('@')) return `@${names.person(target.slice(1))}`;
  if (target.startsWith('#')) return `#${label || names.channel(target.slice(1))}`;
  if (target.startsWith('!subteam^')) return label || `@${target.slice(9)}`;
  // <!date^…|fallback>, <!here>
  if (target.startsWith('!')) return label || `@${target.slice(1)}`;
  const address = target.replace(/^mailto:/, '');
  return label === '' || label === address ? address : `${label} (${address})`;
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
