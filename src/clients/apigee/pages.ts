// Walks a list of Google's page by page, to its end.

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/** @param read is given the query of the page: empty for the first. */
export async function allPages<Item>(
  read: (query: Readonly<Record<string, string>> | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const all: Item[] = [];
  let query: Record<string, string> | undefined;
  for (;;) {
    const page = await read(query);
    all.push(...page.items);
    if (page.next === undefined || page.next === '') return all;
    query = { pageToken: page.next };
  }
}
