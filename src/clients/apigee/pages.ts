// Readers of Apigee's paged lists: by page token, or by start key and count.

import { createPageCheck } from '../shared/pages.ts';

export { allPages } from '../shared/pages.ts';

/** Maximum page size of a list with `count`. */
const pageLength = 1000;

/** Names by `startKey` and `count`: each page but the first begins with the last name of the page before. */
async function allNames(
  read: (query: Readonly<Record<string, string>>) => Promise<readonly string[]>,
): Promise<string[]> {
  const all: string[] = [];
  const isNew = createPageCheck();
  let query: Record<string, string> = { count: String(pageLength) };
  for (;;) {
    const page = await read(query);
    const last = page.at(-1);
    all.push(...page.filter((name) => name !== query['startKey']));
    if (last === undefined || last === query['startKey'] || page.length < pageLength) return all;
    isNew(last);
    query = { count: String(pageLength), startKey: last };
  }
}

/** Parallel reads: a long list is fast, and does not use up the organization's rate limit at once. */
const atOnce = 8;

export interface LongList<Item> {
  /** The list in one call, complete or truncated; Apigee expands no list that is paged. */
  readonly first: readonly Item[];
  /** From this length on, the first call may have been truncated. */
  readonly cutAt: number;
  nameOf(item: Item): string;
  names(query: Readonly<Record<string, string>>): Promise<readonly string[]>;
  /** undefined for an item that was deleted in between. */
  read(name: string): Promise<Item | undefined>;
}

/** One call if it is complete; else the names page by page, and each item omitted by the first call. */
export async function wholeList<Item>(list: LongList<Item>): Promise<Item[]> {
  const { first, cutAt, nameOf, names, read } = list;
  if (first.length < cutAt) return [...first];
  const known = new Set(first.map(nameOf));
  const missing = (await allNames(names)).filter((name) => !known.has(name));
  const others: Item[] = [];
  const readOn = async (): Promise<void> => {
    for (let name = missing.shift(); name !== undefined; name = missing.shift()) {
      const item = await read(name);
      if (item !== undefined) others.push(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, readOn));
  return [...first, ...others];
}
