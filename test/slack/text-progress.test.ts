// Property tests of loops over text: termination, limits and completeness.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitText, limits, openFence, splitText } from '../../src/slack/messages/limits.ts';
import { safeCut, shorten } from '../../src/kernel/text.ts';

const mark = fc.constantFrom('`', '~');
const fenceMarks = fc.tuple(mark, fc.integer({ min: 1, max: 60 })).map(([one, n]) => one.repeat(n));
const info = fc.oneof(
  fc.constantFrom('', 'js', ' title="a b"', 'x`y', 'x'.repeat(80), 'x'.repeat(81)),
  fc.integer({ min: 0, max: 400 }).map((n) => 'i'.repeat(n)),
);
const piece = fc.oneof(
  fc.tuple(fenceMarks, info).map(([marks, word]) => `\n${marks}${word}\n`),
  fc.tuple(fenceMarks, info).map(([marks, word]) => `\n   ${marks}${word}\r\n`),
  fc.integer({ min: 1, max: 500 }).map((n) => 'w'.repeat(n)),
  fc.constantFrom(' ', '\n', '\n\n', '\r\n', '\r\n\r\n', '\t', '   '),
  fc.constantFrom('👋', '👨‍👩‍👧‍👦', 'é', `a${'\u0301'.repeat(90)}`, '🇩🇪', 'שלום', '人工智能', '\u200D'),
  fc.constantFrom('&lt;', '&amp;', '<@U0BOB>', '<https://e.example|x>', '<', '&'),
  fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 12 }))
    .map(([n, rows]) => `\n| ${'h'.repeat(n)} |\n|${'-'.repeat(n)}|\n${'| r |\n'.repeat(rows)}`),
  fc.string({ unit: 'grapheme' }),
);
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
const max = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 41, max: 400 }));

/** Whether a text contains all visible characters of another, in order. */
function isWithin(inner: string, outer: string): boolean {
  let at = 0;
  for (const sign of inner.replaceAll(/\s/g, '')) {
    at = outer.indexOf(sign, at);
    if (at === -1) return false;
    at += sign.length;
  }
  return true;
}

/** Whether a part contains half of a surrogate pair. */
const isCutInPair = (part: string): boolean => !part.isWellFormed();

test('parts of any text at any size are finite, keep the limit and lose no text', () => {
  fc.assert(
    fc.property(text, max, (whole, size) => {
      const parts = splitText(whole, size);
      expect(parts.length).toBeLessThanOrEqual(2 * whole.length + 1);
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(Math.max(2, size));
        if (whole.isWellFormed()) expect(isCutInPair(part)).toBe(false);
        if (parts.length > 1) expect(part.trim()).not.toBe('');
      }
      expect(isWithin(whole, parts.join(''))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('the parts of a text hold at most four times its characters', () => {
  fc.assert(
    fc.property(text, max, (whole, size) => {
      const sum = splitText(whole, size).join('').length;
      expect(sum).toBeLessThanOrEqual(4 * whole.length + 8);
    }),
  );
});

test('the first part of a partly shown text begins with the shown text', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 60, max: 400 }), fc.nat(), (whole, size, at) => {
      const shown = whole.slice(0, at % size).trimEnd();
      if (!shown.isWellFormed()) return;
      const [first = ''] = splitText(whole, size, shown.length);
      expect(first.startsWith(shown)).toBe(true);
      expect(first.length).toBeLessThanOrEqual(size);
    }),
    { numRuns: 1_000 },
  );
});

test.each(['`', '~'])('a fence line of %s that fills a part is split', (one) => {
  for (const size of [1, 2, 3, 7, 100, limits.section, limits.markdown]) {
    for (const length of [size - 1, size, size + 1, 3_124, 3 * size].filter((n) => n > 0)) {
      for (const whole of [one.repeat(length), `${one.repeat(3)}${'a'.repeat(length)}\ncode\n`]) {
        const parts = splitText(whole, size);
        expect(isWithin(whole, parts.join(''))).toBe(true);
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(size);
      }
    }
  }
});

test('an info string of up to 80 characters is repeated, a longer one is not', () => {
  const fence = (length: number): string =>
    `\`\`\`${'i'.repeat(length)}\n${'line\n'.repeat(300)}\`\`\``;
  const repeats = (length: number): number =>
    splitText(fence(length), 500).filter((part) => part.includes('iii')).length;
  expect(repeats(80)).toBeGreaterThan(1);
  expect(repeats(81)).toBe(1);
  for (const part of splitText(fence(81), 500)) expect(openFence(part)).toBeUndefined();
});

test('a shortened text keeps its limit and whole characters', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 300 }), (whole, size) => {
      const short = shorten(whole, size);
      expect(short.length).toBeLessThanOrEqual(Math.max(3, size));
      expect(Buffer.byteLength(fitText(whole.repeat(10)))).toBeLessThanOrEqual(limits.text);
      if (!whole.isWellFormed()) return;
      expect(isCutInPair(short)).toBe(false);
      expect(isCutInPair(fitText(whole.repeat(10)))).toBe(false);
    }),
  );
});

test('a cut is after the first character and never inside an entity that fits', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 200 }), (whole, at) => {
      const cut = safeCut(whole, at);
      expect(cut).toBeGreaterThan(whole === '' ? -1 : 0);
      expect(cut).toBeLessThanOrEqual(Math.max(2, Math.min(at, whole.length)));
    }),
  );
  expect(safeCut('some words &lt;!channel&gt;', 13)).toBe(11);
  expect(safeCut('some words <@U0BOB> again', 15)).toBe(11);
  expect(safeCut('a family 👨‍👩‍👧‍👦 of four', 14)).toBe(9);
});
