// Slack's size limits, and splitting of texts and blocks within them. Pure.
import type { types } from '@slack/bolt';
import { cutText, safeCut } from '../../kernel/text.ts';
import type { Block } from './message.ts';

/** Characters, or pieces as noted; from Slack's reference of blocks, views and chat methods. */
export const limits = {
  /** Bytes of the text of an edit. */
  text: 3_900,
  blocks: 50,
  /** Limit of all blocks of a message together, as measured by others. */
  message: 11_500,
  /** Of a modal, and of Home. */
  viewBlocks: 100,
  section: 3_000,
  header: 150,
  contextElement: 2_000,
  contextElements: 10,
  /** Markdown of one message, beside the question and the parts under an answer. */
  markdown: 9_000,
  /** Blocks that Slack expands the Markdown of one message to. */
  renderedBlocks: 38,
  /** Bytes of a stream, from its start to its end. */
  streamBytes: 11_000,
  button: 75,
  buttons: 25,
  title: 24,
  /** Of an uploaded file. */
  altText: 1_000,
} as const;

/** Longer info strings are not repeated when a fence is opened again. */
const repeatedInfoChars = 80;

/**
 * Splits at the last paragraph's end, else the last line break, else the last blank, else between two characters, so that
 * every part has at most `max` UTF-16 units (a single character may have two). A code fence that is open at a split is
 * closed there and opened again in the next part; a table that continues has its head again. Repeated lines take at most
 * a quarter of a part each and are left out where they would take more, so every part makes progress.
 * @param shown length of the first part that is already visible: no split before that.
 */
export function splitText(text: string, max: number, shown = 0): string[] {
  const most = Math.max(1, Math.floor(max) || 1);
  const parts: string[] = [];
  let rest = text;
  /** Repeated at the start of the next part. */
  let lead = '';
  while (lead.length + rest.length > most) {
    const least = parts.length === 0 ? shown : 0;
    const room = most - lead.length - closerLength(lead + rest.slice(0, most), most);
    const cut = cutAt(rest, room, least);
    const part = lead + rest.slice(0, cut);
    const fence = openFence(lead + rest.slice(0, endOfLine(rest, cut)));
    const closed = closeFence(part, most);
    rest = rest.slice(cut);
    if (fence === undefined) {
      rest = rest.replace(/^\n+/, '');
      lead = tableHead(part, rest, most / 4);
    } else {
      lead = fenceLead(fence, most);
    }
    // Slack refuses an empty text.
    if (closed.trim() !== '') parts.push(closed);
  }
  if (rest.trim() !== '' || parts.length === 0) parts.push(lead + rest);
  return parts;
}

function cutAt(text: string, room: number, shown: number): number {
  const cut = Math.max(softCut(text, room, shown), shown);
  // A fence line stays whole unless it begins the text.
  const start = text.lastIndexOf('\n', cut - 1) + 1;
  if (start >= cut || start === 0 || start < shown) return cut;
  return fenceOf(text.slice(start, endOfLine(text, cut))) === undefined ? cut : start;
}

function softCut(text: string, room: number, shown: number): number {
  const least = Math.max(room / 2, shown, 1);
  for (const end of ['\n\n', '\n', ' ']) {
    const at = room < end.length ? -1 : text.lastIndexOf(end, room - end.length);
    if (at >= least) return at + end.length;
  }
  return safeCut(text, room);
}

/** The end of the line with the cut; the cut itself at the start of a line. */
function endOfLine(text: string, cut: number): number {
  if (text[cut - 1] === '\n') return cut;
  const end = text.indexOf('\n', cut);
  return end === -1 ? text.length : end;
}

/** The first two lines of a table that continues after the part; none that would take more than `most` characters. */
function tableHead(part: string, rest: string, most: number): string {
  if (!part.endsWith('\n') || !isRow(rest)) return '';
  const lines = part.trimEnd().split('\n');
  const [head = '', rule = ''] = lines.slice(lines.findLastIndex((line) => !isRow(line)) + 1);
  const lead = `${head}\n${rule}\n`;
  return lead.length <= most && rule.includes('-') && /^\s*\|[\s:|-]*$/.test(rule) ? lead : '';
}

const isRow = (line: string): boolean => /^[ \t]*\|/.test(line);

/** The fence line that is still open at the end of a Markdown text. */
export function openFence(text: string): string | undefined {
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const found = fenceOf(line);
    if (found === undefined) continue;
    if (open === undefined) open = found;
    // Only a line of at least as many of the same marks, with nothing after them, closes it.
    else if (marks(found).startsWith(marks(open)) && found.trimEnd() === marks(found)) {
      open = undefined;
    }
  }
  return open;
}

/** A fence line without its indentation. */
function fenceOf(line: string): string | undefined {
  const fence = /^\s{0,3}(?:(`{3,}(?!`)[^`]*)|(~{3,}.*))$/.exec(line.replace(/\r$/, ''));
  return fence?.[1] ?? fence?.[2];
}

/** Backticks or tildes that a fence line begins with. */
function marks(fence: string): string {
  return /^(`+|~+)/.exec(fence)?.[0] ?? '```';
}

/** Reserved for the longest line that could close a fence of the text; none for an unclosed fence. */
function closerLength(text: string, max: number): number {
  const fences = text.match(/^\s{0,3}(?:`{3,}|~{3,})/gm) ?? [];
  const lengths = fences.map((fence) => fence.trimStart().length + 1);
  return lengths.reduce((most, one) => (one <= max / 4 ? Math.max(most, one) : most), 0);
}

/** The part with its open fence closed, if that fits. */
function closeFence(part: string, max: number): string {
  const fence = openFence(part);
  if (fence === undefined) return part.trimEnd();
  const closed = `${part.replace(/\r?\n$/, '')}\n${marks(fence)}`;
  return closed.length <= max ? closed : part;
}

function fenceLead(fence: string, max: number): string {
  const isRepeated = fence.length - marks(fence).length <= repeatedInfoChars;
  const leads = [...(isRepeated ? [`${fence}\n`] : []), `${marks(fence)}\n`];
  return leads.find((lead) => lead.length <= max / 4) ?? '';
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
    if (block.type === 'context') return fitContext(block);
    if (block.type === 'header' && block.text.text.length > limits.header) {
      return splitText(block.text.text, limits.section).map((part) => ({
        type: 'section',
        text: { type: 'plain_text', text: part },
      }));
    }
    return [block];
  });
}

/** Escaping can make a typed text five times as long. */
function fitContext({ block_id: id, ...context }: types.ContextBlock): Block[] {
  const elements = context.elements.flatMap((element): types.ContextBlock['elements'] =>
    element.type === 'image'
      ? [element]
      : splitText(element.text, limits.contextElement).map((text) => ({ ...element, text })),
  );
  return rowsOf(elements).map((row, index): Block => ({
    ...context,
    ...(id === undefined ? {} : { block_id: index === 0 ? id : `${id}:${index}` }),
    elements: row,
  }));
}

/** Elements in rows within Slack's limits of elements and of characters per context. */
function rowsOf(elements: types.ContextBlock['elements']): types.ContextBlock['elements'][] {
  const rows: types.ContextBlock['elements'][] = [];
  let characters = 0;
  for (const element of elements) {
    const own = element.type === 'image' ? 0 : element.text.length;
    const row = rows.at(-1);
    characters += own;
    const isFull = row?.length === limits.contextElements || characters > limits.message;
    if (row === undefined || isFull) {
      rows.push([element]);
      characters = own;
    } else row.push(element);
  }
  return rows;
}

/** The notification text, cut with a visible sign if it is too long for an edit. */
export function fitText(text: string): string {
  if (Buffer.byteLength(text) <= limits.text) return text;
  const sign = '… (see the message for the rest)';
  const room = limits.text - Buffer.byteLength(sign);
  // A split character decodes to one replacement sign.
  const kept = Buffer.from(text)
    .subarray(0, room)
    .toString()
    .replace(/\uFFFD+$/, '');
  return cutText(kept, kept.length) + sign;
}
