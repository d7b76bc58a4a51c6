// Subset of Compute Engine's list filters: `=` and `eq` comparisons, joined by AND.
import { ApiError } from '../api-error.ts';

/** @throws ApiError 400 for a filter that is malformed or outside that subset. */
export function compileFilter(filter: string): (item: Record<string, unknown>) => boolean {
  if (filter.trim() === '') return () => true;
  const terms = filter.split(/ +AND +|(?<=\)) *(?=\()/).map(readTerm);
  return (item) => terms.every((term) => term(item));
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function readTerm(term: string): (item: Record<string, unknown>) => boolean {
  const match = /^\(?\s*(\w+)\s*(!=|=|:|\beq\b|\bne\b)\s*(.+?)\s*\)?$/.exec(term.trim());
  if (match === null) {
    throw new ApiError(
      400,
      `Invalid value for field 'filter': '${term}'. Invalid list filter expression.`,
      {
        reason: 'invalid',
      },
    );
  }
  const [, field = '', operator = '', quoted = ''] = match;
  const value = quoted.replace(/^(["'])(.*)\1$/, '$2');
  const text = (item: Record<string, unknown>): string => asText(item[field]);
  switch (operator) {
    case '=':
      return (item) => text(item) === value;
    case '!=':
      return (item) => text(item) !== value;
    case ':':
      return (item) => text(item).includes(value.replaceAll('*', ''));
    case 'ne':
      return (item) => !new RegExp(`^(?:${value})$`).test(text(item));
    default:
      return (item) => new RegExp(`^(?:${value})$`).test(text(item));
  }
}
