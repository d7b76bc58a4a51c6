// Slack's size limits, and texts and blocks split to keep them: nothing is cut without a sign. Pure.
import type { Block } from './views/message.ts';

/** Characters, or pieces where it says so; from Slack's reference of blocks, views and chat methods. */
export const limits = {
  text: 3_900,
  blocks: 50,
  /** Of a window, and of Home. */
  viewBlocks: 100,
  section: 3_000,
  header: 150,
  contextElement: 2_000,
  /** All markdown blocks of one message together. */
  markdown: 11_500,
  button: 75,
  buttons: 25,
  title: 24,
} as const;

/**
 * Splits at the last line break, else the last blank, else hard, so that every part has at most `max` characters.
 * A code fence that is open at a split is closed there and opened again in the next part.
 * @param shown so much of the first part is out already: it is not split before that.
 */
export function splitText(text: string, max: number, shown = 0): string[] {
  const parts: string[] = [];
  let rest = text;
  let fence: string | undefined;
  while (lengthWith(fence, rest) > max) {
    const opening = fence === undefined ? '' : `${fence}\n`;
    const room = max - opening.length - closing(rest).length - 1;
    const cut = cutAt(rest, room, parts.length === 0 ? shown : 0);
    const part = opening + rest.slice(0, cut).trimEnd();
    rest = rest.slice(cut).replace(/^\n/, '');
    fence = openFence(part);
    parts.push(fence === undefined ? part : `${part}\n${marks(fence)}`);
  }
  const last = (fence === undefined ? '' : `${fence}\n`) + rest;
  if (last !== '' || parts.length === 0) parts.push(last);
  return parts;
}

function lengthWith(fence: string | undefined, rest: string): number {
  return rest.length + (fence === undefined ? 0 : fence.length + 1);
}

function cutAt(text: string, room: number, shown: number): number {
  const least = Math.max(room / 2, shown);
  const line = text.lastIndexOf('\n', room - 1);
  if (line >= least) return line + 1;
  const blank = text.lastIndexOf(' ', room - 1);
  if (blank >= least) return blank + 1;
  // Never between the halves of a surrogate pair.
  const code = text.charCodeAt(room - 1);
  return code >= 0xd8_00 && code <= 0xdb_ff ? room - 1 : room;
}

/** The fence line that is still open at the end of a Markdown text. */
export function openFence(text: string): string | undefined {
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const fence = /^\s{0,3}(?:(`{3,}[^`]*)|(~{3,}.*))$/.exec(line);
    const found = fence?.[1] ?? fence?.[2];
    if (found === undefined) continue;
    if (open === undefined) open = found;
    // Only as many of the same marks, and nothing behind them, close it.
    else if (marks(found).startsWith(marks(open)) && found.trimEnd() === marks(found)) {
      open = undefined;
    }
  }
  return open;
}

/** Backticks or tildes that a fence line begins with. */
function marks(fence: string): string {
  return /^(`+|~+)/.exec(fence)?.[0] ?? '```';
}

/** The longest line that could be needed to close a fence of the text. */
function closing(text: string): string {
  const fences = text.match(/^\s{0,3}(?:`{3,}|~{3,})/gm) ?? ['```'];
  return fences.reduce((longest, one) => (one.length > longest.length ? one : longest), '```');
}

/** Blocks with long sections, contexts and headers split. */
export function fitBlocks(blocks: readonly Block[]): Block[] {
  return blocks.flatMap((block): Block[] => {
    if (block.type === 'section' && block.text !== undefined) {
      const { text } = block;
      if (text.text.length <= limits.section) return [block];
      return splitText(text.text, limits.section).map((part, index) => ({
        ...block,
        ...(index === 0 || block.block_id === undefined
          ? {}
          : { block_id: `${block.block_id}:${index}` }),
        text: { ...text, text: part },
      }));
    }
    if (block.type === 'header' && block.text.text.length > limits.header) {
      return splitText(block.text.text, limits.section).map((part) => ({
        type: 'section',
        text: { type: 'plain_text', text: part },
      }));
    }
    return [block];
  });
}

/** Fitted blocks, in as many messages as they need. */
export function paginate(blocks: readonly Block[], max: number = limits.blocks): Block[][] {
  const fitted = fitBlocks(blocks);
  const pages: Block[][] = [];
  for (let at = 0; at < fitted.length; at += max) pages.push(fitted.slice(at, at + max));
  return pages.length === 0 ? [[]] : pages;
}

/** The notification text: its end is replaced by a visible sign where it is too long for an edit. */
export function fitText(text: string): string {
  if (text.length <= limits.text) return text;
  const sign = '… (the message holds the rest)';
  return text.slice(0, limits.text - sign.length) + sign;
}
