// Long answers across Slack's limits of 3,000, 12,000 and 40,000 characters.
import type { Answer } from '../../../jobs/ask/answer/notifier.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ScreenMessage } from '../../../sandbox/slack/screen.ts';
import { type TestWorkspace, openWorkspace } from '../../slack/open-workspace.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace();
});
afterAll(() => slack.close());
beforeEach(() => slack.post('reset-rate-limits', {}));

const answerOf = (text: string): Answer => ({
  form: 'markdown',
  cutAt: undefined,
  history: { shown: 0, left: 0 },
  text,
  model: 'qwen',
  promptTokens: 3,
  completionTokens: 9,
  firstTokenMs: 20,
  totalMs: 1234,
  quota: { limit: 5, window: 'minute', usedHere: 2 },
});

const head = '| name | value |\n|------|-------|';
/** Prose, a list, a table and code in turns, with a number in each line, up to that length. */
function document(length: number): string {
  const pieces: string[] = [];
  for (let at = 0; pieces.join('\n\n').length < length; at += 1) {
    const rows = Array.from({ length: 30 }, (_, row) => `| r${at}.${row} | **${row}** |`);
    const code = Array.from(
      { length: 40 },
      (_, line) => `  if (a < ${at}) { b[${line}] = \`c\`; }`,
    );
    pieces.push(
      `## Chapter ${at}\n\nSome *words* & <b>signs</b>, “quoted” 👋 ${at}.\n\n- one\n- two`,
      `${head}\n${rows.join('\n')}`,
      ['````js', '```', code.join('\n\n'), '````'].join('\n'),
    );
  }
  return pieces.join('\n\n');
}

const fences = /^(`{3,})(.*)$/;
/** The lines of all parts as one text, without added fences and table heads. */
function joined(parts: readonly string[]): string[] {
  return parts.flatMap((part, index) => {
    const lines = part.split('\n');
    let open: string | undefined;
    for (const line of lines) {
      const marks = fences.exec(line);
      if (marks === null) continue;
      if (open === undefined) open = marks[1];
      else if (marks[1] === open && marks[2] === '') open = undefined;
    }
    expect(open, `part ${index + 1} leaves a code block open`).toBeUndefined();
    return lines;
  });
}
const telling = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.trim() !== '' && !fences.test(line) && !head.includes(line));

const wordsIn = (message: ScreenMessage): string =>
  message.blocks
    .flatMap(({ type, text }) => (type === 'markdown' && typeof text === 'string' ? [text] : []))
    .join('\n');

async function give(
  job: string,
  text: string,
  way: 'streamed' | 'whole',
): Promise<readonly ScreenMessage[]> {
  const to = { user: 'U0ALICE', channel: 'C0GATEWAY', job };
  const streams = way === 'streamed';
  const message = await slack.slackNotifier.notifier.openAnswer(to, {
    prompt: job,
    isPrivate: false,
    streams,
  });
  if (streams) {
    message.grow(text.slice(0, 1_200));
    await slack.sees((each) => each.streaming, 'U0BOB');
    for (let at = 1_700; at < text.length; at += 500) message.grow(text.slice(0, at));
  }
  await message.finish(answerOf(text));
  const { messages } = await slack.screen('U0BOB', 'C0GATEWAY');
  const first = messages.find((each) => each.metadata?.event_payload['job'] === job);
  return messages.filter((each) => each.ts === first?.ts || each.threadTs === first?.ts);
}

describe.each(['streamed', 'whole'] as const)('%s', (way) => {
  test.each([2_900, 3_100, 11_900, 12_100, 30_000])(
    'an answer of %i characters is complete, in parts that each render alone',
    async (length) => {
      const text = document(length);
      const shown = await give(`ask-${way}-${length}`, text, way);
      const parts = shown.map(wordsIn).filter((words) => words !== '');
      expect(telling(joined(parts))).toEqual(telling(text.split('\n')));
      expect(parts.length).toBe(text.length <= 11_500 ? 1 : parts.length);
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(12_000);
        const rows = part.indexOf('| r');
        if (rows >= 0) expect(part.slice(0, rows)).toContain(head);
      }
    },
  );

  test('an answer longer than three messages becomes an exact file below its first part', async () => {
    const text = document(41_000);
    const shown = await give(`ask-${way}-file`, text, way);
    const [file] = shown.flatMap(({ files }) => files);
    expect(file?.name).toBe(`ask-${way}-file.md`);
    expect(file?.content).toBe(text);
    const beginning = shown.map(wordsIn).find((words) => words !== '') ?? '';
    const lines = telling(joined([beginning]));
    expect(lines).toEqual(telling(text.split('\n')).slice(0, lines.length));
    expect(JSON.stringify(shown)).toContain(`${text.length} characters`);
  });
});
