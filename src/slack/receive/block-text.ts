// Text of a message's blocks, in Slack's encoded form. Pure.
import { z } from 'zod';
import { escapeText } from '../messages/mrkdwn.ts';

type Fields = Readonly<Record<string, unknown>>;

const fields = z.record(z.string(), z.unknown());
const list = (value: unknown): Fields[] =>
  Array.isArray(value)
    ? value.flatMap((one) => {
        const read = fields.safeParse(one);
        return read.success ? [read.data] : [];
      })
    : [];
const word = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Paragraphs of all blocks with text; empty if there are none. */
export function textOfBlocks(blocks: unknown): string {
  return list(blocks)
    .map(textOfBlock)
    .filter((text) => text.trim() !== '')
    .join('\n\n');
}

function textOfBlock(block: Fields): string {
  switch (block['type']) {
    case 'rich_text':
      return list(block['elements']).map(richPart).join('\n');
    case 'markdown':
      return escapeText(word(block['text']));
    case 'section':
      return [block['text'], ...list(block['fields'])].map(textObject).filter(Boolean).join('\n');
    case 'header':
      return textObject(block['text']);
    case 'table':
      return tableText(block['rows']);
    case 'context':
      return list(block['elements']).map(textObject).filter(Boolean).join(' ');
    default:
      return '';
  }
}

/** Rows as lines, with bars between cells. */
function tableText(rows: unknown): string {
  if (!Array.isArray(rows)) return '';
  return rows.map((row) => `| ${list(row).map(cellText).join(' | ')} |`).join('\n');
}

const cellText = (cell: Fields): string =>
  (cell['type'] === 'rich_text'
    ? list(cell['elements']).map(richPart).join(' ')
    : escapeText(word(cell['text']))
  ).replaceAll(/\s+/g, ' ');

/** Tables among the blocks: a message's text omits them. */
export const textOfTables = (blocks: unknown): string =>
  textOfBlocks(list(blocks).filter(({ type }) => type === 'table'));

/** Plain text is not encoded; mrkdwn is. */
function textObject(value: unknown): string {
  const read = fields.safeParse(value);
  if (!read.success) return '';
  const text = word(read.data['text']);
  return read.data['type'] === 'mrkdwn' ? text : escapeText(text);
}

function richPart(part: Fields): string {
  const inner = list(part['elements']);
  switch (part['type']) {
    case 'rich_text_list':
      return inner.map((item) => `• ${richPart(item)}`).join('\n');
    case 'rich_text_quote':
      return quoted(inner.map(inline).join(''));
    case 'rich_text_preformatted':
      return `\`\`\`\n${inner.map(inline).join('')}\n\`\`\``;
    default:
      return inner.map(inline).join('');
  }
}

function inline(element: Fields): string {
  const text = escapeText(word(element['text']));
  switch (element['type']) {
    case 'link':
      return text === ''
        ? `<${word(element['url'])}>`
        : `<${word(element['url'])}|${text.replaceAll('|', '')}>`;
    case 'user':
      return `<@${word(element['user_id'])}>`;
    case 'channel':
      return `<#${word(element['channel_id'])}>`;
    case 'usergroup':
      return `<!subteam^${word(element['usergroup_id'])}>`;
    case 'broadcast':
      return `<!${word(element['range'])}>`;
    case 'emoji':
      return `:${word(element['name'])}:`;
    case 'date':
      return escapeText(word(element['fallback']));
    default:
      return text;
  }
}

/** Each line after a `>`, in Slack's encoding of typed text. */
export function quoted(encoded: string): string {
  return encoded
    .split('\n')
    .map((line) => `&gt; ${line}`)
    .join('\n');
}
