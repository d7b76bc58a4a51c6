// Table blocks as aligned columns.
import { wordsOf } from '../slack/blocks/stored-block.ts';
import { richTextLines } from './render-rich-text.ts';
import type { Names } from './render-text.ts';

export function tableLines(rows: unknown, names: Names): string[] {
  if (!Array.isArray(rows)) return [];
  const cells = rows.map((row: unknown) =>
    Array.isArray(row) ? row.map((cell: unknown) => cellText(cell, names)) : [],
  );
  const widths = cells.reduce<number[]>(
    (known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, cell.length)),
    [],
  );
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function cellText(cell: unknown, names: Names): string {
  if (typeof cell === 'object' && cell !== null && 'elements' in cell) {
    return richTextLines({ ...cell }, names).join(' ');
  }
  return wordsOf(cell);
}
