// Weight of messages: every part of any answer is within Slack's limits.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../src/slack/messages/limits.ts';
import { section } from '../../src/slack/messages/message.ts';
import { escapeText } from '../../src/slack/messages/mrkdwn.ts';
import {
  pagesOf,
  renderedBlocks,
  splitMarkdown,
  weightOf,
} from '../../src/slack/messages/weight.ts';
import type { ScreenMessage } from '../../sandbox/slack/screen.ts';
import { type TestWorkspace, markOf, openWorkspace } from './open-workspace.ts';
import { wholeAnswer } from './whole-answer.ts';

const heavy: readonly (readonly [name: string, text: string])[] = [
  ['Chinese', '人工智能正在改变世界。'.repeat(140)],
  ['much Chinese', '人工智能正在改变世界。'.repeat(1_000)],
  [
    'thirty headings',
    Array.from({ length: 30 }, (_, at) => `## Part ${at}\n\nSome words here.`).join('\n\n'),
  ],
  ['rules between words', Array.from({ length: 60 }, (_, at) => `Word ${at}\n\n---\n`).join('\n')],
  ['HTML in a fence', `\`\`\`html\n${'<p>&amp;</p>\n'.repeat(770)}\`\`\``],
  ['emoji', '👩‍👩‍👧‍👦 '.repeat(600)],
  ['one line of brackets', '<'.repeat(9_000)],
];

test.each(heavy)('each part of %s is within the limits, and no text is lost', (_name, text) => {
  const parts = splitMarkdown(text);
  for (const part of parts) {
    const { characters, blocks } = weightOf({ type: 'markdown', text: part });
    expect(characters).toBeLessThanOrEqual(limits.markdown);
    expect(blocks).toBeLessThanOrEqual(limits.renderedBlocks);
  }
  const letters = (words: string): string => words.replaceAll(/[\s`]|html/g, '');
  expect(letters(parts.join(''))).toBe(letters(text));
});

test.each([
  ['', 0],
  ['words\n\nmore words', 1],
  ['# A\n\nwords\n## B\nwords', 4],
  ['words\n\n| a |\n|---|\n| b |\n\nwords', 3],
  ['```\n# no heading\n---\n```', 1],
  ['a\n\n---\n\nb', 3],
])('%j is rendered as %i blocks', (text, blocks) => {
  expect(renderedBlocks(text)).toBe(blocks);
});

test('many sections are split into as many messages as their texts need', () => {
  const blocks = Array.from({ length: 30 }, () => section(escapeText('x'.repeat(2_900))));
  const pages = pagesOf(blocks);
  expect(pages.flat()).toEqual(blocks);
  expect(pages).toHaveLength(10);
});

describe('heavy answers in Slack', () => {
  let slack: TestWorkspace;
  beforeAll(async () => {
    slack = await openWorkspace({ limits: '1000' });
  });
  afterAll(() => slack.close());
  beforeEach(() => slack.post('reset-rate-limits', {}));

  const ways = [
    ['streamed', true, false],
    ['edited', false, false],
    ['for the asker alone', false, true],
  ] as const;
  test.each(heavy.flatMap(([name, text]) => ways.map((way) => [name, ...way, text] as const)))(
    'an answer of %s is shown: %s',
    async (name, way, streams, isPrivate, text) => {
      const job = `ask-${name}-${way}`.replaceAll(' ', '-').toLowerCase();
      const message = await slack.slackNotifier.notifier.openAnswer(
        { user: 'U0ALICE', channel: 'C0GATEWAY', job },
        { prompt: '<&'.repeat(500), isPrivate, streams },
      );
      message.grow(text.slice(0, 200));
      message.grow(text);
      await message.finish(wholeAnswer(text));
      const isDone = (each: ScreenMessage): boolean =>
        markOf(each) === `llmgw.outcome:ok:${job}` ||
        (each.metadata?.event_payload['job'] === job &&
          each.metadata.event_payload['status'] === 'ok');
      await slack.sees(isDone, 'U0ALICE');
    },
  );
});
