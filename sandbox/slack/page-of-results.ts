// Slack's cursor pagination.
import type { CallArguments } from './call-arguments.ts';
import { Refusal } from './refusal.ts';

const DEFAULT_LIMIT = 100;

/** @throws Refusal invalid_cursor, invalid_limit */
export function page<T>(
  all: readonly T[],
  args: CallArguments,
): { items: readonly T[]; next: string } {
  const limit = args.number('limit', DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw new Refusal('invalid_limit');
  const cursor = args.text('cursor') ?? '';
  const from = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64url').toString());
  if (!Number.isInteger(from) || from < 0 || from > all.length) throw new Refusal('invalid_cursor');
  const next = from + limit < all.length ? String(from + limit) : '';
  return {
    items: all.slice(from, from + limit),
    next: next === '' ? '' : Buffer.from(next).toString('base64url'),
  };
}
