// The short form of the chaos suite: two fixed seeds hold every invariant. More: npm run chaos -- --seeds N.
import { expect, test } from 'vitest';
import { planOf } from '../../chaos/plan.ts';
import { runSeed } from '../../chaos/run-seed.ts';

// The first over HTTP with four processes, the second over Socket Mode.
test.each([5, 4])(
  'seed %i holds every invariant',
  async (seed) => {
    const { violations, debts } = await runSeed(planOf(seed), new AbortController().signal);
    expect(violations).toEqual([]);
    expect(debts).toBeGreaterThan(3);
  },
  420_000,
);
