// Seeded random generator: the same numbers for the same seed, on every machine.

export interface Random {
  /** From 0 (included) to 1 (excluded). */
  next(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  pick<T>(from: readonly T[]): T;
  /** By weight: `[3, 'a'], [1, 'b']` draws `a` three times as often. */
  weighted<T>(from: readonly (readonly [number, T])[]): T;
}

/** mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const weighted = <T>(from: readonly (readonly [number, T])[]): T => {
    const total = from.reduce((sum, [weight]) => sum + weight, 0);
    let left = next() * total;
    for (const [weight, one] of from) {
      left -= weight;
      if (left < 0) return one;
    }
    const last = from.at(-1);
    if (last === undefined) throw new Error('Nothing to draw from.');
    return last[1];
  };
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (from) => weighted(from.map((one) => [1, one] as const)),
    weighted,
  };
}
