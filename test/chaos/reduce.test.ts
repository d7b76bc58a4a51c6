// Reduction of failing plans: the result still fails, and every item is needed.
import { expect, test } from 'vitest';
import { reduceItems } from '../../chaos/reduce.ts';

const items = Array.from({ length: 36 }, (_, index) => index);

test.each([[[7]], [[0, 35]], [[3, 17, 18]], [[1, 2, 4, 8, 16, 32]]])(
  'finds %j, which fail only together',
  async (culprits) => {
    const kept = await reduceItems(items, async (rest) =>
      culprits.every((one) => rest.includes(one)),
    );
    expect(kept).toEqual(culprits);
  },
);

test('keeps everything when each item is needed', async () => {
  const few = items.slice(0, 5);
  expect(await reduceItems(few, async () => false)).toEqual(few);
});

test('needs fewer than a hundred attempts to find two of 36', async () => {
  let tries = 0;
  await reduceItems(items, async (rest) => {
    tries += 1;
    return rest.includes(5) && rest.includes(30);
  });
  expect(tries).toBeLessThan(100);
});
