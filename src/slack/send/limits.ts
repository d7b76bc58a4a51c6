// Slack's size limits, and texts and blocks split to keep them: nothing is cut without a sign. Pure.
import type { Block } from '../views/message.ts';

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
  /** Of an uploaded file. */
  altText: 1_000,
} as const;

/**
 * Splits at the last paragraph's end, else the last line break, else the last blank, else hard, so that every part has at
 * most `max` characters. A code fence that is open at a split is closed there and opened again in the next part, and not a
 * sign of the code is lost; a table that goes on has its head again.
 * @param shown so much of the first part is out already: it is not split before that.
 */
export function splitText(text: string, max: number, shown = 0): string[] {
  const parts: string[] = [];
  let rest = text;
  /** What the next part begins with, for what goes on in it. */
  let lead = '';
  while (lead.length + rest.length > max) {
    const room = max - lead.length - closing(rest).length - 1;
    const cut = cutAt(rest, room, parts.length === 0 ? shown : 0);
    const part = lead + rest.slice(0, cut);
    const fence = openFence(part);
    rest = rest.slice(cut);
    if (fence === undefined) {
      parts.push(part.trimEnd());
      rest = rest.replace(/^\n+/, '');
      lead = tableHead(part, rest, max / 4);
    } else {
      parts.push(`${part.replace(/\n$/, '')}\n${marks(fence)}`);
      lead = `${fence}\n`;
    }
  }
  if (lead + rest !== '' || parts.length === 0) parts.push(lead + rest);
  return parts;
}

function cutAt(text: string, room: number, shown: number): number {
  const least = Math.max(room / 2, shown);
  for (const end of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(end, room - end.length);
    if (at >= least) return at + end.length;
  }
  // Never between the halves of a surrogate pair.
  const code = text.charCodeAt(room - 1);
  return code >= 0xd8_00 && code <= 0xdb_ff ? room - 1 : room;
}

/** The first two lines of a table that goes on behind the part; none that would take more than `most` characters. */
function tableHead(part: string, rest: string, most: number): string {
  if (!part.endsWith('\n') || !isRow(rest)) return '';
  const lines = part.trimEnd().split('\n');
  const [head = '', rule = ''] = lines.slice(lines.findLastIndex((line) => !isRow(line)) + 1);
  const lead = `${head}\n${rule}\n`;
  return /^\s*\|[\s:|-]*-[\s:|-]*$/.test(rule) && lead.length <= most ? lead : '';
}

const isRow = (line: string): boolean => /^[ \t]*\|/.test(line);

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
