// How a growing text is paced: at once, then no oftener than it is let, the newest text only.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fail } from '../../../src/kernel/errors.ts';
import { createTicker } from '../../../jobs/ask/answer/answer-ticker.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const everyMs = 300;
const tokenMs = 20;

function paced(shows: (text: string) => boolean = () => true) {
  const shown: { text: string; at: number }[] = [];
  const from = performance.now();
  const ticker = createTicker({
    everyMs,
    troubled: () => undefined,
    show: async (text) => {
      if (!shows(text)) return false;
      shown.push({ text, at: performance.now() - from });
      return true;
    },
  });
  return { shown, ticker };
}

test('the first words are shown at once', async () => {
  const { shown, ticker } = paced();
  ticker.grow('a');
  await vi.advanceTimersByTimeAsync(0);
  expect(shown).toEqual([{ text: 'a', at: 0 }]);
});

test('words that come faster than they may be shown wait, also where Slack answers at once', async () => {
  const { shown, ticker } = paced();
  for (let length = 1; length <= 50; length += 1) {
    ticker.grow('x'.repeat(length));
    await vi.advanceTimersByTimeAsync(tokenMs);
  }
  expect(shown.map(({ at }) => at)).toEqual([0, 300, 600, 900]);
  expect(shown.map(({ text }) => text.length)).toEqual([1, 15, 30, 45]);
});

test('what could not be shown yet takes no one’s turn', async () => {
  const { shown, ticker } = paced((text) => text !== 'q');
  ticker.grow('q');
  await vi.advanceTimersByTimeAsync(tokenMs);
  ticker.grow('quite');
  await vi.advanceTimersByTimeAsync(tokenMs);
  expect(shown).toEqual([{ text: 'quite', at: tokenMs }]);
});

test('a pause that is asked for is kept, and the newest words come after it', async () => {
  const calls: string[] = [];
  const ticker = createTicker({
    everyMs,
    troubled: () => undefined,
    show: async (text) => {
      calls.push(text);
      if (calls.length > 1) return true;
      throw fail('transient', 'rate_limited', 'Later.', { retryAfterMs: 5_000 });
    },
  });
  ticker.grow('one');
  await vi.advanceTimersByTimeAsync(1_000);
  ticker.grow('one two');
  await vi.advanceTimersByTimeAsync(3_900);
  expect(calls).toEqual(['one']);
  await vi.advanceTimersByTimeAsync(200);
  expect(calls).toEqual(['one', 'one two']);
});

test('after its stop nothing is shown any more', async () => {
  const { shown, ticker } = paced();
  ticker.grow('one');
  await vi.advanceTimersByTimeAsync(10);
  ticker.grow('one two');
  await ticker.stop();
  ticker.grow('one two three');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(shown.map(({ text }) => text)).toEqual(['one']);
});
