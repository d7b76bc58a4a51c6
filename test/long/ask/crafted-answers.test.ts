// Model answers that are hard to split into messages, for each way to ask.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { VllmState } from '../../../sandbox/vllm/state.ts';
import { type TestSandbox, startTestSandbox } from '../../support/sandbox.ts';
import { type Asker, openAsker } from '../faults/asker.ts';

let sandbox: TestSandbox;
let asker: Asker;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  // An answer of 12,000 tokens at a real pace takes five minutes.
  sandbox.context.state('vllm', (): VllmState => expect.fail()).tokenMs = 1;
  const up = await sandbox.say('/llmgw provision --quota 5000/minute --yes', { wait: true });
  expect(up.exitCode, up.text).toBe(0);
  asker = await openAsker(sandbox);
  await vi.waitFor(async () => expect(await asker.direct()).toMatch(/^200 /), { timeout: 60_000 });
}, 240_000);
afterAll(() => sandbox?.stop());
beforeEach(() => asker.act('reset-rate-limits', {}));

/** The first is as long as a part of a section, the others are longer than a message of Markdown. */
const answers: Readonly<Record<string, string>> = {
  'a fence of 3,124 backticks': '`'.repeat(3_124),
  'a fence with a long info string': `\`\`\`${'a'.repeat(12_400)}\ncode\n\`\`\``,
  'a table with a long head': `|${'h'.repeat(12_000)}|\n|---|\n| row |\n| row |`,
};

test.each(Object.entries(answers))(
  '%s is shown in full',
  async (_what, answer) => {
    for (const way of answer.length < 4_000 ? [''] : ['', '--raw ', '--private ']) {
      await asker.act('reset-rate-limits', {});
      const prompt = `ask ${way}--max-tokens 13000 repeat: ${answer}`;
      const seen = (await asker.endings()).length;
      if (way === '--private ') {
        const said = await sandbox.say(`/llmgw ${prompt}`, {
          as: 'alice',
          in: 'general',
          wait: true,
        });
        expect(said.exitCode, said.text.slice(0, 200)).toBe(0);
        continue;
      }
      await asker.type(`/llmgw ${prompt}`);
      await expect
        .poll(async () => (await asker.endings()).length, { timeout: 120_000 })
        .toBe(seen + 1);
      expect((await asker.endings()).at(-1)?.status).toBe('ok');
    }
    expect((await sandbox.say('/llmgw help', { as: 'alice' })).exitCode).toBe(0);
  },
  400_000,
);
