// Walks lists of Google's to their end, in both ways that Apigee cuts them: by a page token, and by a start key and a count.

import { createPageCheck } from '../shared/pages.ts';

export { allPages } from '../shared/pages.ts';

/** The most that a list with `count` gives at once. */
const pageLength = 1000;

/** Names by `startKey` and `count`: each page but the first begins with the name that the last one ended with. */
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

/** Read side by side, so that a long list neither takes for ever nor spends the organization's calls at once. */
const atOnce = 8;

export interface LongList<Item> {
  /** The list in one call, whole or cut; Apigee expands no list that is paged. */
  readonly first: readonly Item[];
  /** From so many on, the first call may have been cut. */
  readonly cutAt: number;
  nameOf(item: Item): string;
  names(query: Readonly<Record<string, string>>): Promise<readonly string[]>;
  /** undefined for what has gone meanwhile. */
  read(name: string): Promise<Item | undefined>;
}

/** One call where that is all; else the names page by page, and each item that the first call left out. */
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
