// Slack's weight of a message: escaped characters and blocks of Markdown. Pure.
import { openFence, limits, splitText } from './limits.ts';
import type { Block } from './message.ts';

/** Slack escapes these before its count. */
const escapedLength = (text: string): number =>
  text.length + 4 * (text.match(/&/g)?.length ?? 0) + 3 * (text.match(/[<>]/g)?.length ?? 0);

/** Number of blocks that Slack makes of a Markdown text: each heading, rule and table, and each text between them. */
export function renderedBlocks(markdown: string): number {
  let count = 0;
  let before = 'blank';
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    fence = openFence(fence === undefined ? line : `${fence}\n${line}`);
    const kind = fence === undefined ? kindOf(line) : 'words';
    if (kind === 'blank') continue;
    if (kind === 'single' || kind !== before) count += 1;
    before = kind;
  }
  return count;
}

function kindOf(line: string): 'blank' | 'single' | 'table' | 'words' {
  if (line.trim() === '') return 'blank';
  if (/^\s{0,3}(?:#{1,6}\s|(?:[-*_]\s*){3,}$)/.test(line)) return 'single';
  return /^\s*\|/.test(line) ? 'table' : 'words';
}

export interface Weight {
  /** All texts together, except labels and button values. */
  readonly characters: number;
  readonly blocks: number;
}

export function weightOf(block: Block): Weight {
  if (block.type === 'markdown') {
    return { characters: escapedLength(block.text), blocks: renderedBlocks(block.text) };
  }
  // mrkdwn texts are escaped already.
  return { characters: textsIn(block), blocks: 1 };
}

function textsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + textsIn(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) =>
      sum + (key === 'text' && typeof inner === 'string' ? inner.length : textsIn(inner)),
    0,
  );
}

/** Below this, a text is not split for its weight. */
const leastChars = 200;

/** A Markdown text in parts, each of which fits one message with the question and the parts under an answer. */
export function splitMarkdown(text: string, most: number = limits.markdown, shown = 0): string[] {
  return splitText(text, most, shown).flatMap((part, index) => {
    const { length } = part;
    const isLight =
      escapedLength(part) <= limits.markdown && renderedBlocks(part) <= limits.renderedBlocks;
    const out = index === 0 ? shown : 0;
    const half = Math.ceil(length / 2);
    return isLight || length <= leastChars || out >= half ? [part] : splitMarkdown(part, half, out);
  });
}

/** The pages for a message's blocks, limited by number of blocks and by characters. */
export function pagesOf(blocks: readonly Block[]): Block[][] {
  const pages: Block[][] = [];
  let page: Block[] = [];
  let sum: Weight = { characters: 0, blocks: 0 };
  for (const block of blocks) {
    const own = weightOf(block);
    const isFull =
      sum.blocks + own.blocks > limits.blocks || sum.characters + own.characters > limits.message;
    if (isFull && page.length > 0) {
      pages.push(page);
      page = [];
      sum = { characters: 0, blocks: 0 };
    }
    page.push(block);
    sum = { characters: sum.characters + own.characters, blocks: sum.blocks + own.blocks };
  }
  return [...pages, page];
}
