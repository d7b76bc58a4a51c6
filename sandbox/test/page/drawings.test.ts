// What the page keeps of a screen that is read again, and that it can draw every mark the bot uses.
import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isEmoji } from '../../page/blocks/emoji.tsx';
import { keepSame } from '../../page/use-screen.ts';

it('draws every emoji that the bot writes', () => {
  const root = new URL('../../../', import.meta.url).pathname;
  const marks = globSync('{src,jobs}/**/*.ts', { cwd: root }).flatMap((file) =>
    [
      ...readFileSync(`${root}${file}`, 'utf8').matchAll(/['"`\s\n]:([a-z][a-z0-9_]+):[\s'"`]/g),
    ].map(([, name]) => name ?? ''),
  );
  expect(new Set(marks).size).toBeGreaterThan(10);
  expect([...new Set(marks)].filter((name) => !isEmoji(name))).toEqual([]);
});

it('keeps what did not change, wherever it moved to', () => {
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
