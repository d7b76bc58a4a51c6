// Rich text blocks as lines of plain text.
import type { Names } from './render-text.ts';

interface Piece {
  readonly type?: unknown;
  readonly [field: string]: unknown;
}

export function richTextLines(block: Readonly<Record<string, unknown>>, names: Names): string[] {
  return listOf(block['elements']).flatMap((element) => elementLines(element, names));
}

function elementLines(element: Piece, names: Names): string[] {
  const lines = (): string[] =>
    listOf(element['elements'])
      .map((piece) => pieceText(piece, names))
      .join('')
      .replace(/\n$/, '')
      .split('\n');
  switch (element.type) {
    case 'rich_text_list': {
      const indent = '  '.repeat(Number(element['indent'] ?? 0));
      return listOf(element['elements']).flatMap((item, index) => {
        const bullet = element['style'] === 'ordered' ? `${index + 1}.` : '•';
        return elementLines(item, names).map((line, row) =>
          row === 0 ? `${indent}${bullet} ${line}` : `${indent}  ${line}`,
        );
      });
    }
    case 'rich_text_quote':
      return lines().map((line) => `> ${line}`);
    case 'rich_text_preformatted':
      return lines().map((line) => `    ${line}`);
    default:
      return lines();
  }
}

function pieceText(piece: Piece, names: Names): string {
  const word = (field: string): string => {
    const value = piece[field];
    return typeof value === 'string' ? value : '';
  };
  switch (piece.type) {
    case 'link':
      return word('text') === '' ? word('url') : `${word('text')} (${word('url')})`;
    case 'emoji':
      return `:${word('name')}:`;
    case 'user':
      return `@${names.person(word('user_id'))}`;
    case 'channel':
      return `#${names.channel(word('channel_id'))}`;
    case 'broadcast':
      return `@${word('range')}`;
    case 'date':
      return word('fallback');
    default:
      return word('text');
  }
}

function listOf(value: unknown): Piece[] {
  return Array.isArray(value)
    ? value.filter((each): each is Piece => typeof each === 'object' && each !== null)
    : [];
}
