// Outgoing messages: masked secrets, Slack's limits and complete texts.
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../src/kernel/redaction.ts';
import { limits, splitText } from '../../src/slack/messages/limits.ts';
import { createOutgoing } from '../../src/slack/send/outgoing.ts';
import { type Block, context, outcome, say, section } from '../../src/slack/messages/message.ts';
import { code, escapeText, link, moment, mrkdwn } from '../../src/slack/messages/mrkdwn.ts';

const secret = 'ZqXk3mVh9TtYw2LrPn8sBd5fGj7cAe1u';
const outgoing = createOutgoing(createRedactor([secret]));

describe('a registered secret', () => {
  const message = {
    text: mrkdwn`it is ${escapeText(secret)}`,
    blocks: [section(mrkdwn`here: ${escapeText(secret)}`)],
    mark: outcome('ok', 'job-1'),
  };
  const modal = { title: 'Key', blocks: message.blocks };

  test('a secret with mrkdwn characters is masked also in escaped text', () => {
    const marked = 'pass&word<of>redis';
    const text = escapeText(`at ${marked}`);
    const [sent] = createOutgoing(createRedactor([marked])).channel(say(text));
    expect(JSON.stringify(sent)).not.toMatch(/pass|word/);
  });

  test.each([
    ['a channel message', outgoing.channel(message)],
    ['an ack or ephemeral message', outgoing.personal(message)],
    ['a modal', outgoing.modal(modal)],
    [
      'a button',
      outgoing.personal(
        say(mrkdwn`x`, { buttons: [{ label: secret, action: 'a', value: secret }] }),
      ),
    ],
  ])('a registered secret is masked in %s', (_where, payload) => {
    expect(JSON.stringify(payload)).not.toContain(secret);
    expect(JSON.stringify(payload)).toContain('•••');
  });

  test('a registered secret is sent only in the reveal', () => {
    expect(JSON.stringify(outgoing.reveal(modal))).toContain(secret);
  });

  test('a registered secret is masked where a text is split', () => {
    const long = `${'x'.repeat(limits.section - 10)}${secret}`;
    const pages = outgoing.channel({ text: escapeText(long), blocks: [section(escapeText(long))] });
    const joined = pages
      .flatMap(({ blocks }) => blocks)
      .map(textOf)
      .join('');
    expect(joined).not.toContain(secret.slice(0, 20));
    expect(joined).toContain('•••');
  });
});

describe('the text of a message with blocks', () => {
  const at = Date.UTC(2026, 2, 2, 9, 5);
  const text = mrkdwn`:warning: *Blocked:* run ${code('a*b')}, 2 * 3 * 4 since ${moment(at)}, ${link('https://a.example/x', 'see')}`;

  test('the text contains no emoji codes, formatting, addresses or Slack date syntax', () => {
    const spoken = 'Blocked: run a*b, 2 * 3 * 4 since 2026-03-02 09:05 UTC, see';
    const message = { text, blocks: [section(text)] };
    expect(outgoing.channel(message)[0].text).toBe(spoken);
    expect(outgoing.personal(message)[0].text).toBe(spoken);
    expect(outgoing.revealPersonal(message)[0]?.text).toBe(spoken);
    expect(JSON.stringify(outgoing.channel(message)[0].blocks)).toContain('*Blocked:*');
  });

  test('the text is the message when there are no blocks', () => {
    expect(outgoing.channel({ text, blocks: [] })[0].text).toBe(text);
  });

  test.each(['sk`live`9Xq2', 'sk *live* 9Xq2'])('the text masks the secret %j', (marked) => {
    const [sent] = createOutgoing(createRedactor([marked])).channel(
      say(mrkdwn`at ${escapeText(marked)}`),
    );
    expect(JSON.stringify(sent)).not.toContain('live');
  });
});

test('an outcome is metadata in a channel and the first block’s id elsewhere', () => {
  const message = say(mrkdwn`done`, { mark: outcome('ok', 'ask-1') });
  expect(outgoing.channel(message)[0].metadata).toEqual({
    event_type: 'llmgw_outcome',
    event_payload: { status: 'ok', job: 'ask-1' },
  });
  expect(outgoing.personal(message)[0].blocks[0]?.block_id).toBe('llmgw.outcome:ok:ask-1');
});

test('a message without a text throws, because screen readers would read nothing', () => {
  expect(() => outgoing.channel({ text: mrkdwn` `, blocks: [section(mrkdwn`x`)] })).toThrow(
    /without a text/,
  );
});

test('too many blocks are split into messages, and a long section into sections', () => {
  const blocks = Array.from({ length: 120 }, (_, index) => section(mrkdwn`block ${index}`));
  const pages = outgoing.channel({ text: mrkdwn`many`, blocks });
  expect(pages.map((page) => page.blocks.length)).toEqual([50, 50, 20]);
  expect(pages.flatMap((page) => page.blocks)).toHaveLength(120);
  const words = Array.from({ length: 2_000 }, (_, index) => `word${index}`);
  const long = outgoing.channel({
    text: mrkdwn`long`,
    blocks: [section(escapeText(words.join(' ')))],
  });
  const texts = long.flatMap((page) => page.blocks).map(textOf);
  expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(limits.section);
  expect(texts.join(' ').split(/\s+/)).toEqual(words);
});

test('a long context is split into elements and contexts within their limits', () => {
  const signs = '<'.repeat(7_000);
  const block: Block = { ...context(escapeText(signs)), block_id: 'first' };
  const pages = outgoing.channel({ text: mrkdwn`long`, blocks: [block] });
  const contexts = pages
    .flatMap((page) => page.blocks)
    .flatMap((one) => (one.type === 'context' ? [one] : []));
  expect(contexts.map((one) => one.block_id)).toEqual(['first', 'first:1', 'first:2']);
  const texts = contexts.map((one) =>
    one.elements.map((element) => (element.type === 'image' ? '' : element.text)),
  );
  expect(Math.max(...texts.map((each) => each.length))).toBeLessThanOrEqual(limits.contextElements);
  expect(Math.max(...texts.flat().map((text) => text.length))).toBeLessThanOrEqual(
    limits.contextElement,
  );
  expect(texts.flat().join('')).toBe(escapeText(signs));
});

test.each([
  ['code', `intro\n\`\`\`ts\n${'const a = 1;\n'.repeat(50)}\`\`\`\nend`, 200],
  ['one endless word', 'x'.repeat(1_000), 99],
  ['emoji', '😀'.repeat(300), 101],
])('a split of %s keeps every character and every fence closed', (_what, text, max) => {
  const parts = splitText(text, max);
  expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(max);
  for (const part of parts) {
    expect((part.match(/^```/gm) ?? []).length % 2).toBe(0);
    expect(part.isWellFormed()).toBe(true);
  }
  const bare = (given: string): string => given.replaceAll(/```(ts)?|\s/g, '');
  expect(bare(parts.join(''))).toBe(bare(text));
});

function textOf(block: Block): string {
  return block.type === 'section' ? (block.text?.text ?? '') : '';
}
