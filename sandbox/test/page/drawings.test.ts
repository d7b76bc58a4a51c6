// Tests of the page's emoji, and its reuse of unchanged screen parts.
import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isEmoji } from '../../page/blocks/emoji.tsx';
import { keepSame } from '../../page/use-screen.ts';

it('the page draws every emoji of the bot', () => {
  const root = new URL('../../../', import.meta.url).pathname;
  const marks = globSync('{src,jobs}/**/*.ts', { cwd: root }).flatMap((file) =>
    [
      ...readFileSync(`${root}${file}`, 'utf8').matchAll(/['"`\s\n]:([a-z][a-z0-9_]+):[\s'"`]/g),
    ].map(([, name]) => name ?? ''),
  );
  expect(new Set(marks).size).toBeGreaterThan(10);
  expect([...new Set(marks)].filter((name) => !isEmoji(name))).toEqual([]);
});

it('unchanged objects keep their identity at a new position', () => {
  const one = { ts: '1', text: 'a', blocks: [{ block_id: 'x', text: { text: 'same' } }] };
  const two = { ts: '2', text: 'b', blocks: [] };
  const last = { messages: [one, two], home: { blocks: [] } };
  const next = structuredClone({ ...last, messages: [two, { ...one, text: 'edited' }] });
  const kept = keepSame(last, next);
  expect(kept).toEqual(next);
  expect(kept.messages[0]).toBe(two);
  expect(kept.messages[1]?.blocks).toBe(one.blocks);
  expect(kept.home).toBe(last.home);
  expect(keepSame(last, structuredClone(last))).toBe(last);
  expect(keepSame<object>({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 });
});
