// Inputs that are hard to split, over each way into the bot.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { handlers } from '../../jobs/index.ts';
import { type TestWorkspace, openWorkspace } from './open-workspace.ts';
import { signed } from './signed-command.ts';

/** Inputs as long as a section, with the marks that open and close a fence. */
const crafted: Readonly<Record<string, string>> = {
  'backticks alone': '`'.repeat(3_124),
  'a fence with a long info string': `\`\`\`${'a'.repeat(3_121)}`,
  'a quote before a fence': `"${'`'.repeat(3_122)}"`,
  'combining marks': `a${'\u0301'.repeat(3_123)}`,
  'emoji of many parts': '👨‍👩‍👧‍👦'.repeat(284),
};

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace();
});
afterAll(() => slack.close());
beforeEach(() => slack.post('reset-rate-limits', {}));

const direct = 'D0OLIVIA';
/** Commands whose answers quote the input. */
const commands = (word: string): readonly string[] => [
  word,
  `help ${word}`,
  `status ${word}`,
  `status --gateway ${word}`,
  `status x ${word}`,
  `key ${word}`,
  `key list @${word}`,
  `cancel ${word}`,
  `retry ${word}`,
  `teardown --confirm ${word}`,
  `notify ${word}`,
  `quota ${word}`,
  `quota request ${word}`,
  `audit --user @${word}`,
  `provision --model ${word}`,
  `ask --max-tokens ${word} hi`,
  `ask --${word} hi`,
];

async function isAlive(): Promise<void> {
  await slack.post('reset-rate-limits', {});
  expect(await slack.command('/llmgw help')).toMatchObject({ delivered: true });
}

/** Waits for new messages of the bot and returns their texts. */
async function told(ask: () => Promise<unknown>, where?: string): Promise<string[]> {
  const read = async () => (await slack.screen('U0OLIVIA', where)).messages;
  const before = new Set((await read()).map(({ ts }) => ts));
  await ask();
  const fresh = async () => (await read()).filter(({ ts, from }) => !before.has(ts) && from.isBot);
  await expect.poll(async () => (await fresh()).length).toBeGreaterThan(0);
  return (await fresh()).map(({ text }) => text);
}

describe.each(Object.entries(crafted))('an input of %s', (_what, word) => {
  test('the answer to a slash command is short', async () => {
    for (const text of commands(word)) {
      await slack.post('reset-rate-limits', {});
      const [answer = ''] = await told(() => slack.command(`/llmgw ${text}`));
      expect(answer.length, text.slice(0, 40)).toBeLessThan(900);
      expect(answer).toMatch(/\S/);
    }
    await isAlive();
  });

  test('a mention, a direct message and a message in a thread are answered', async () => {
    const root = await slack.message('a topic of its own');
    const text = `ask --max-tokens ${word} hi`;
    await told(() => slack.message(`@llmgw ${text}`));
    await told(() => slack.message(text, 'U0OLIVIA', direct), direct);
    await told(() => slack.message(`@llmgw ${text}`, 'U0OLIVIA', undefined, root));
    await isAlive();
  });

  test('a view submission is accepted', async () => {
    await slack.command('/llmgw ask');
    await expect.poll(async () => (await slack.screen()).modals.length).toBe(1);
    const prompt = word.slice(0, 3_000);
    const answer = await slack.post('submit', { as: 'U0OLIVIA', values: { prompt } });
    expect(answer).toMatchObject({ delivered: true });
    await slack.post('reset-rate-limits', {});
    await slack.command('/llmgw quota request');
    await expect.poll(async () => (await slack.screen()).modals.length).toBe(1);
    const values = { desired: word.slice(0, 40), why: word.slice(0, 300) };
    expect(await slack.post('submit', { as: 'U0OLIVIA', values })).toMatchObject({ ok: true });
    await slack.post('close-view', { as: 'U0OLIVIA' });
    await isAlive();
  });

  test('an action is acknowledged for each button with this value', async () => {
    const actions = [...handlers.actions.keys(), 'command.key', 'command.none', 'no.such-button'];
    for (const [index, action] of actions.entries()) {
      const payload = {
        type: 'block_actions',
        user: { id: 'U0OLIVIA' },
        channel: { id: 'C0GATEWAY' },
        actions: [{ action_id: action, value: word, action_ts: `${Date.now()}.${index}` }],
      };
      const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      const response = await fetch(`${slack.botUrl}/slack/events`, signed(body));
      expect(response.status, action).toBe(200);
    }
    await isAlive();
  });
});
