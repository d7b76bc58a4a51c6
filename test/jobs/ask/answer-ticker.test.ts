// Pacing of growing text: immediate first update, then limited, with the newest text only.
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

test('the first text is shown immediately', async () => {
  const { shown, ticker } = paced();
  ticker.grow('a');
  await vi.advanceTimersByTimeAsync(0);
  expect(shown).toEqual([{ text: 'a', at: 0 }]);
});

test('text that arrives faster than the limit waits, even when Slack responds immediately', async () => {
  const { shown, ticker } = paced();
  for (let length = 1; length <= 50; length += 1) {
    ticker.grow('x'.repeat(length));
    await vi.advanceTimersByTimeAsync(tokenMs);
  }
  expect(shown.map(({ at }) => at)).toEqual([0, 300, 600, 900]);
  expect(shown.map(({ text }) => text.length)).toEqual([1, 15, 30, 45]);
});

test('text that cannot be shown yet blocks no other message', async () => {
  const { shown, ticker } = paced((text) => text !== 'q');
  ticker.grow('q');
  await vi.advanceTimersByTimeAsync(tokenMs);
  ticker.grow('quite');
  await vi.advanceTimersByTimeAsync(tokenMs);
  expect(shown).toEqual([{ text: 'quite', at: tokenMs }]);
});

test('a requested pause is respected, and the newest text follows it', async () => {
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

test('a stopped ticker shows nothing', async () => {
  const { shown, ticker } = paced();
  ticker.grow('one');
  await vi.advanceTimersByTimeAsync(10);
  ticker.grow('one two');
  await ticker.stop();
  ticker.grow('one two three');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(shown.map(({ text }) => text)).toEqual(['one']);
});
