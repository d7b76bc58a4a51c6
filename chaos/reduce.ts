// Reduction of a failing plan to the events that it needs to fail.

/**
 * Delta debugging: halves first, then ever smaller parts, until no single item can be dropped.
 * @param fails whether the rest still fails; it is not asked about the whole.
 */
export async function reduceItems<T>(
  items: readonly T[],
  fails: (rest: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = items;
  let parts = 2;
  while (kept.length > 1) {
    const smaller = await withoutOnePart(kept, Math.min(parts, kept.length), fails);
    if (smaller !== undefined) {
      kept = smaller;
      parts = Math.max(2, parts - 1);
    } else if (parts >= kept.length) {
      break;
    } else {
      parts *= 2;
    }
  }
  return kept;
}

async function withoutOnePart<T>(
  items: readonly T[],
  parts: number,
  fails: (rest: readonly T[]) => Promise<boolean>,
): Promise<readonly T[] | undefined> {
  const size = Math.ceil(items.length / parts);
  for (let from = 0; from < items.length; from += size) {
    const rest = [...items.slice(0, from), ...items.slice(from + size)];
    if (rest.length > 0 && (await fails(rest))) return rest;
  }
  return undefined;
}
