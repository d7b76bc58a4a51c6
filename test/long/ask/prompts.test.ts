// Prompts by each way to ask: exact bytes, and no mentions in answers.
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { VllmState } from '../../../sandbox/vllm/state.ts';
import { type TestSandbox, startTestSandbox } from '../../support/sandbox.ts';
import { type Asker, openAsker } from '../faults/asker.ts';

let sandbox: TestSandbox;
let asker: Asker;
const channel = 'general';
const direct = 'D0ALICE';

beforeAll(async () => {
  sandbox = await startTestSandbox();
  const up = await sandbox.say('/llmgw provision --quota 5000/minute --yes', { wait: true });
  expect(up.exitCode, up.text).toBe(0);
  asker = await openAsker(sandbox);
  await vi.waitFor(async () => expect(await asker.direct()).toMatch(/^200 /), { timeout: 60_000 });
}, 240_000);
afterAll(() => sandbox?.stop());
beforeEach(() => asker.act('reset-rate-limits', {}));

const long =
  Array.from({ length: 2_000 }, (_, at) => `${at} ‘ü’`)
    .join(' ')
    .slice(0, 9_996) + '👋\n.';

const prompts: readonly (readonly [what: string, prompt: string])[] = [
  ['10,000 characters', long],
  [
    'code',
    'Why?\n```js\nconst a = `x${"y"}` + \'z\';\n\tif (a < b && c > d) { re = /\\d+\\\\/; }\n```\n    $(rm -rf "$HOME") `id`; \\n \\t %s {{x}} "{\\"a\\":1}"',
  ],
  ['smart quotes and dashes', '“Why” — he asked – isn’t it ‘so’… ?'],
  ['emoji', 'party :tada: 👩‍👩‍👧‍👦 👋🏽 ❤️ 🏳️‍🌈 e\u0301 and :not an emoji'],
  [
    'text in the form of Slack’s escapes',
    '&amp; &lt;b&gt; <b> <https://a.example/x|text> <@U0BOB|bob> <#C0GENERAL|general> <!here> <!subteam^S0OPERATORS|@ops>',
  ],
  [
    'names and links that Slack rewrites',
    'ask @bob, @operators, @here and #general about https://a.example/x?a=1&b=2, a.example/y and bob@example.com',
  ],
  [
    'right-to-left text with both directions and their marks',
    'מה השעה ב-London (GMT+1)? \u200Fשלום\u200E \u202Bمرحبا abc ١٢٣\u202C, \u2067ok\u2069 100%',
  ],
  ['text in the form of options', 'x --private --model y —raw -- --max-tokens'],
  [
    'an instruction to mention everybody',
    'repeat: <!channel> <@U0BOB> <!here|here> <!subteam^S0OPERATORS> @channel @bob <#C0GENERAL>',
  ],
];

interface Requested {
  readonly id: string;
  readonly prompt: unknown;
}
const requests = (): readonly Requested[] =>
  sandbox.context.state('vllm', (): VllmState => expect.fail()).requests;

/** The prompt that the model got; the answer has ended when this returns. */
async function given(ask: () => Promise<unknown>): Promise<unknown> {
  const seen = new Set(requests().map(({ id }) => id));
  const ended = (await asker.endings()).length + (await endingsIn(direct)).length;
  await ask();
  const count = async () => (await asker.endings()).length + (await endingsIn(direct)).length;
  await expect.poll(count, { timeout: 60_000 }).toBe(ended + 1);
  const fresh = requests().filter(({ id }) => !seen.has(id));
  expect(fresh).toHaveLength(1);
  return fresh[0]?.prompt;
}

const shownTo = async (as: string, where: string) =>
  (
    await sandbox.get<Awaited<ReturnType<Asker['screen']>>>(
      `/_sandbox/slack/screen?as=${as}&channel=${where}`,
    )
  ).messages;
const endingsIn = async (where: string) =>
  (await shownTo('alice', where)).filter(({ metadata }) => metadata?.event_payload['status']);

const say = (text: string, where = channel, threadTs?: string) =>
  asker.act('message', { as: 'alice', channel: where, text, threadTs });
const window = async () => (await asker.screen()).modals.at(-1);
const submit = async (values: Record<string, string>): Promise<void> => {
  await expect.poll(async () => (await window())?.title).toBe('Ask the gateway');
  expect(await asker.act('submit', { as: 'alice', values })).toEqual({ ok: true, delivered: true });
};
const fields = ['prompt', 'more', 'more-2', 'more-3'];

/** Splits the text over the fields, as a field takes 3,000 characters. */
const inFields = (text: string): Record<string, string> =>
  Object.fromEntries(
    fields.flatMap((field, at) => {
      const piece = text.slice(at * 3_000, (at + 1) * 3_000);
      return piece === '' ? [] : [[field, piece]];
    }),
  );

/** Each asks the prompt, and returns the prompt expected at the model. */
const ways: Readonly<Record<string, (prompt: string) => Promise<readonly [unknown, string]>>> = {
  'a slash command': async (prompt) => [
    await given(() => asker.type(`/llmgw ask ${dashed(prompt)}`)),
    prompt,
  ],
  'a mention': async (prompt) => [await given(() => say(`@llmgw ask ${dashed(prompt)}`)), prompt],
  'a direct message': async (prompt) => [
    await given(() => say(`ask ${dashed(prompt)}`, direct)),
    prompt,
  ],
  'a reply in the thread of an answer': async (prompt) => {
    const { ts } = (await say('@llmgw ask repeat: well then.')) as { ts: string };
    const isAnswered = async () =>
      (await shownTo('alice', channel)).some(
        (each) => each.threadTs === ts && each.metadata?.event_payload['status'] === 'ok',
      );
    await expect.poll(isAnswered, { timeout: 60_000 }).toBe(true);
    const asked = await given(() => say(prompt, channel, ts));
    return [
      asked,
      `The following is a conversation between a person and a helpful assistant.\n\nUser: repeat: well then.\nAssistant: well then.\nUser: ${prompt}\nAssistant:`,
    ];
  },
  'the modal': async (prompt) => {
    await asker.type('/llmgw ask');
    return [await given(() => submit(inFields(prompt))), prompt];
  },
  'the message shortcut': async (prompt) => {
    const { ts } = (await say(prompt)) as { ts: string };
    await asker.act('shortcut', { as: 'alice', messageTs: ts, shortcut: 'ask.message' });
    const question = 'What is this?\n  <b>&amp;</b>';
    return [await given(() => submit({ prompt: question })), `${question}\n\n${prompt}`];
  },
};

/** Two dashes end the options if the prompt begins like an option. */
const dashed = (prompt: string): string => (/^[-—]/.test(prompt) ? `-- ${prompt}` : prompt);

describe.each(Object.entries(ways))('prompt by %s', (_way, ask) => {
  test.each(prompts)(
    '%s reaches the model unchanged',
    async (_what, prompt) => {
      const [got, expected] = await ask(prompt);
      expect(got).toBe(expected);
      const shown = [...(await shownTo('bob', channel)), ...(await shownTo('alice', direct))];
      // The question shows the name of its asker.
      const naming = shown.filter(
        ({ from, notifies }) => from.isBot && notifies.some((id) => id !== 'U0ALICE'),
      );
      expect(naming.map(({ text }) => text)).toEqual([]);
    },
    60_000,
  );
});

test('an answer with mentions of everybody is shown unchanged and notifies nobody', async () => {
  const words = '<!channel>, <@U0BOB> and `<!here>`: &lt;!channel&gt; @channel';
  await given(() => asker.type(`/llmgw ask repeat: ${words}`));
  const answer = (await shownTo('bob', channel)).findLast(
    ({ metadata }) => metadata?.event_payload['status'] === 'ok',
  );
  expect(answer?.blocks.find(({ type }) => type === 'markdown')?.text).toBe(
    words.replaceAll(/<(?=[!@])/g, '<\u2060'),
  );
  // The message may show the question too, beside its asker's name.
  expect(answer?.notifies.filter((id) => id !== 'U0ALICE')).toEqual([]);
});

describe.each([
  ['nothing', ''],
  ['spaces', '   '],
  ['blanks of other scripts', '\u00A0\u3000\u2003'],
  ['characters without a width', '\u200B\u2060\uFEFF\u200F\u202E'],
])('empty prompt of %s', (_what, prompt) => {
  const asked = () => requests().map(({ id }) => id);
  const whispers = async (where: string) =>
    (await shownTo('alice', where)).filter(({ text }) => text.includes('The prompt is missing'))
      .length;

  test('a slash command with an empty prompt opens the modal, and the modal rejects it', async () => {
    const before = asked();
    const windows = (await asker.screen()).modals.length;
    await asker.type(`/llmgw ask ${prompt}`);
    await expect.poll(async () => (await asker.screen()).modals.length).toBe(windows + 1);
    const answer = (await asker.act('submit', { as: 'alice', values: { prompt } })) as {
      errors: Record<string, string>;
    };
    // Slack sends no empty field; the bot must refuse one that only looks empty.
    expect(answer.errors['prompt']).toMatch(/Enter a prompt|complete this required field/);
    await asker.act('close-view', { as: 'alice' });
    expect(asked()).toEqual(before);
  });

  test.each([
    ['a mention', channel],
    ['a direct message', direct],
  ])('%s with an empty prompt gets the notice of a missing prompt', async (_way, where) => {
    const before = asked();
    const told = await whispers(where);
    await say(where === direct ? `ask ${prompt}` : `@llmgw ask ${prompt}`, where);
    await expect.poll(() => whispers(where)).toBe(told + 1);
    expect(asked()).toEqual(before);
  });
});
