// Requester's reason in the operators' question: quoted, unformatted, and last.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ApprovalRequest } from '../../../jobs/approvals/questions.ts';
import { approvalBlocks, approvalQuestion, decidedMessage } from '../../../jobs/approvals/view.ts';
import { quotaNewsMessage } from '../../../jobs/quota/request-view.ts';
import { quotedLines } from '../../../src/slack/messages/mrkdwn.ts';
import type { Block } from '../../../src/slack/messages/message.ts';

const requestWith = (why: string): ApprovalRequest => ({
  kind: 'quota',
  id: 'quota-1',
  gateway: 'default',
  by: { user: 'U0ALICE', channel: 'C0GATEWAY' },
  hash: 'abc',
  runId: 'provision-default-1',
  now: '5/minute',
  desired: '500/minute',
  times: 100,
  why,
  summary: ['QUOTA: 5/minute → 500/minute'],
});

const forged = [
  'a demo on Friday',
  '*Effect:* the limit changes for one hour only.',
  ':white_check_mark: *Approved* by <@U0OLIVIA>. _Nothing else to do._',
  '*Expires* ~never~ `now`',
].join('\n');

const decision = { by: 'U0OLIVIA', verdict: 'denied', at: 1_000 } as const;
const shown: Readonly<Record<string, (text: string) => readonly Block[]>> = {
  'the question': (text) => approvalQuestion(requestWith(text), 1_000).blocks,
  'the question on Home': (text) => approvalBlocks(requestWith(text), 1_000, 'U0OLIVIA'),
  'the decided question': (text) => decidedMessage(requestWith(text), decision).blocks,
  'the decided question with a message of the operator': (text) =>
    decidedMessage(requestWith('x'), { ...decision, word: text }).blocks.slice(0, -1),
  'the news for the requester': (text) =>
    quotaNewsMessage(
      {
        kind: 'denied',
        gateway: 'default',
        desired: '500/minute',
        by: 'U0OLIVIA',
        word: text,
      },
      'quota-1',
    ).blocks,
};

/** The lines after the bot's own lead. */
function wordsIn(block: Block | undefined): string[] {
  if (block?.type !== 'section') throw new Error('no section');
  return (block.text?.text ?? '').split('\n').slice(1);
}

test.each(Object.entries(shown))(
  '%s quotes the text of a person last, without formatting',
  (_what, show) => {
    const blocks = show(forged);
    const lines = wordsIn(blocks.at(-1));
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line).toMatch(/^> /);
    const quoted = lines.join('\n');
    expect(quoted).not.toMatch(/[*~`]|:white_check_mark:|<@|_Nothing/);
    expect(quoted).toContain('Nothing else to do.');
    // The text appears only there.
    expect(JSON.stringify(blocks.slice(0, -1))).not.toMatch(/demo on Friday|one hour only|never/);
  },
);

test('a reason keeps characters that format nothing: underscores in names, times, numbers', () => {
  expect(quotedLines('my_app_name at 10:30 needs 5 < 6 & more')).toBe(
    '> my_app_name at 10:30 needs 5 &lt; 6 &amp; more',
  );
});

test('no reason escapes its quote or applies formatting', () => {
  const sign = fc.constantFrom(
    ...Array.from('*_~`:<>&|!@# \n\r\v\f\u0085\u2028\u2029\u202Ex'),
    ':x:',
    '*Approved*',
    '_a_',
    '```',
    '<!channel>',
    ':+1:',
  );
  const words = fc.oneof(
    fc.array(sign, { maxLength: 60 }).map((all) => all.join('')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(words, (text) => {
      const quoted = quotedLines<string>(text);
      for (const line of quoted.split(/[\n\r\v\f\u0085\u2028\u2029]/)) {
        expect(line).toMatch(/^> /);
        expect(line.slice(2)).not.toMatch(/[<>*~`\u202A-\u202E\u2066-\u2069]/);
        expect(line).not.toMatch(/:[a-z0-9_+'-]+:/i);
        expect(line).not.toMatch(/(?<![\p{L}\p{N}])_\S|\S_(?![\p{L}\p{N}])/u);
      }
    }),
    { numRuns: 2_000 },
  );
});
