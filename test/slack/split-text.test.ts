// Long Markdown in parts: complete text, closed fences and an unchanged shown prefix.
import { expect, test } from 'vitest';
import { openFence, splitText } from '../../src/slack/messages/limits.ts';
import { createOutgoing } from '../../src/slack/send/outgoing.ts';
import { createRedactor } from '../../src/kernel/redaction.ts';

const code = (fence: string, lines: number): string =>
  [`${fence}js`, ...Array.from({ length: lines }, (_, index) => `line(${index});`), fence].join(
    '\n',
  );

const texts: readonly (readonly [string, string])[] = [
  ['words', Array.from({ length: 400 }, (_, index) => `word${index}`).join(' ')],
  ['one long word', 'x'.repeat(1_500)],
  ['emoji', '👋'.repeat(700)],
  ['right to left', 'שלום עולם '.repeat(150)],
  ['a fence', `before\n${code('```', 90)}\nafter`],
  ['a fence of four with one of three inside', `\`\`\`\`md\n${code('```', 80)}\n\`\`\`\`\nafter`],
  ['tildes', `before\n${code('~~~', 90)}\nafter`],
];

const words = (text: string): string =>
  text.replaceAll(/^\s{0,3}(?:`{3,}|~{3,}).*$/gm, '').replaceAll(/\s+/g, '');

test.each(texts)('parts of %s keep the limit, the text and closed fences', (_what, text) => {
  for (const max of [100, 333, 1_000]) {
    const parts = splitText(text, max);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(max);
      expect(openFence(part)).toBeUndefined();
      expect(part).not.toMatch(/[\uD800-\uDBFF]$|^[\uDC00-\uDFFF]/);
    }
    expect(words(parts.join('\n'))).toBe(words(text));
  }
});

test('code in parts keeps its blank lines and indentation', () => {
  const lines = Array.from({ length: 120 }, (_, at) =>
    at % 3 === 0 ? '' : `${'  '.repeat(at % 5)}line ${at};  `,
  );
  const text = ['Look:', '', '```js', ...lines, '```', '', 'Well.'].join('\n');
  for (const max of [100, 333, 1_000]) {
    const parts = splitText(text, max);
    expect(parts.length).toBeGreaterThan(1);
    const code = parts.flatMap((part) => /```js\n(?:([\s\S]*)\n)?```/.exec(part)?.[1] ?? []);
    expect(code.join('\n')).toBe(lines.join('\n'));
  }
});

test('a split table has its header in each part and each row once', () => {
  const head = '| name | value |\n|:-----|------:|';
  const rows = Array.from({ length: 80 }, (_, at) => `| row ${at} | ${at * 7} |`);
  const text = `Before it.\n\n${head}\n${rows.join('\n')}\n\nBehind it.`;
  for (const max of [200, 333, 1_000]) {
    const parts = splitText(text, max);
    const withRows = parts.filter((part) => part.includes('| row '));
    for (const part of withRows) {
      expect(part.length).toBeLessThanOrEqual(max);
      expect(part).toMatch(/(?:^|\n)\| name \| value \|\n\|:-----\|------:\|\n\| row /);
    }
    expect(withRows.join('\n').match(/\| row .*/g)).toEqual(rows);
    expect(parts.at(-1)).toMatch(/Behind it\.$/);
  }
});

test('paragraphs that fit are not split', () => {
  const paragraphs = Array.from({ length: 30 }, (_, at) => `Paragraph ${at}.\n- one\n- two`);
  for (const part of splitText(paragraphs.join('\n\n'), 200)) {
    expect(part).toMatch(/^Paragraph \d+\.[\s\S]*- two$/);
  }
});

test.each(texts)('the first part of %s begins with the shown text', (_what, text) => {
  for (const shown of [1, 120, 300]) {
    const sent = text.slice(0, shown).trimEnd();
    expect(splitText(text, 333, sent.length)[0]?.startsWith(sent)).toBe(true);
  }
});

test('a growing text is only appended to, also with mentions and secrets', () => {
  const redactor = createRedactor(['secret-of-the-test', 'sec-another']);
  const outgoing = createOutgoing(redactor);
  const text =
    'Hi <@U0BOB>, <!channel> and <#C0GENERAL>: a < b.\n\n```\nkey: secret-of-the-test\n```  sec-another sec, se';
  let sent = '';
  for (let length = 0; length <= text.length; length += 1) {
    const settled = outgoing.settled(text.slice(0, length));
    expect(settled.startsWith(sent)).toBe(true);
    expect(settled).not.toMatch(/<[!@#]|secret-of|sec-another/);
    sent = settled;
  }
  expect(sent).toContain('a < b.');
});
