// Paged lists of Google's APIs.
import { fail } from '../../kernel/errors.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/** Far above any real list; ends a job on an endless one. */
const mostPages = 1_000;

/**
 * @param read receives the query of the page: none for the first.
 * @throws permanent/unexpected_answer for a list without an end.
 */
export async function allPages<Item>(
  read: (query: Readonly<Record<'pageToken', string>> | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const all: Item[] = [];
  const isNew = createPageCheck();
  let query: Record<'pageToken', string> | undefined;
  for (;;) {
    const page = await read(query);
    // One by one, as a page of any length must not become the arguments of one call.
    for (const item of page.items) all.push(item);
    if (page.next === undefined || page.next === '') return all;
    isNew(page.next);
    query = { pageToken: page.next };
  }
}

/** Refuses a page that was already read, and more pages than any list has. */
export function createPageCheck(): (token: string) => void {
  const known = new Set<string>();
  return (token) => {
    if (!known.has(token) && known.size < mostPages) {
      known.add(token);
      return;
    }
    const why = known.has(token) ? 'it repeats a page' : `it exceeds ${mostPages} pages`;
    throw fail('permanent', 'unexpected_answer', `Google's API returned an endless list: ${why}`, {
      next: 'Retry in a few minutes. If it fails again, report it.',
    });
  };
}
