// Active mentions and links in an app's message.

export interface LiveForms {
  /** In Slack's form: `!channel`, `@U0BOB`, `!subteam^S0OPERATORS`. */
  readonly mentions: readonly string[];
  /** Target URLs of links. */
  readonly links: readonly string[];
}

const forms = /<([@!#][^<>|]*|[a-z][a-z0-9+.-]*:[^<>|]*)(?:\|[^<>]*)?>/gi;
const code = /```[\s\S]*?```|`[^`\n]+`/g;
/** Slack turns these into links, outside of code, unless the text object is verbatim. */
const bare = /https?:\/\/[^\s<>|]+/gi;

/** @param text shown only without blocks, but always used for screen readers and notifications. */
export function liveForms(text: string, blocks: unknown): LiveForms {
  const mentions = new Set<string>();
  const links = new Set<string>();
  const read = (words: string, isVerbatim: boolean): void => {
    for (const [, target = ''] of words.matchAll(forms)) {
      if (target.startsWith('!date^') || target.startsWith('#')) continue;
      if (/^[@!]/.test(target)) mentions.add(target);
      else links.add(target);
    }
    if (isVerbatim) return;
    const plain = words.replaceAll(forms, ' ').replaceAll(code, ' ');
    for (const [address] of plain.matchAll(bare)) links.add(address);
  };
  const found = objectsIn(blocks);
  read(text, found.length > 0);
  for (const { type, text: words, verbatim } of found) {
    if (type === 'mrkdwn' && typeof words === 'string') read(words, verbatim === true);
  }
  return { mentions: [...mentions], links: [...links] };
}

interface TextObject {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly verbatim?: unknown;
}

function objectsIn(value: unknown): TextObject[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}
