// Short form of the chaos suite with a fixed seed. More: npm run chaos -- --seeds N.
import { expect, test } from 'vitest';
import { planOf } from '../../chaos/plan.ts';
import { runSeed } from '../../chaos/run-seed.ts';

test.each([4])(
  'seed %i holds every invariant',
  async (seed) => {
    const { violations, debts } = await runSeed(planOf(seed), new AbortController().signal);
    expect(violations).toEqual([]);
    expect(debts).toBeGreaterThan(3);
  },
  420_000,
);
