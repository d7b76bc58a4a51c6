// Escaping of user input and cloud messages: no mentions and no links.
import type { FaultCode } from '../../src/kernel/fault-codes.ts';
import { globSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { answered } from '../../jobs/ask/answer/view.ts';
import { fail } from '../../src/kernel/errors.ts';
import {
  type Mrkdwn,
  code,
  codeBlock,
  escapeText,
  link,
  mention,
  mrkdwn,
  spoken,
  withKnownLinks,
} from '../../src/slack/messages/mrkdwn.ts';
import { faultMessage } from '../../src/slack/messages/fault.ts';
import { type Message, context, fields, say, section } from '../../src/slack/messages/message.ts';
import { liveForms } from '../../sandbox/slack/live-forms.ts';
import { type TestWorkspace, openWorkspace } from './open-workspace.ts';

let slack: TestWorkspace;
beforeAll(async () => {
  slack = await openWorkspace({ limits: '1000' });
});
afterAll(() => slack.close());
beforeEach(() => slack.post('reset-rate-limits', {}));

const hostile = {
  wide: '<!channel>',
  everyone: '<!everyone>',
  here: '<!here|here>',
  group: '<!subteam^S0OPERATORS|@ops>',
  person: '<@U0BOB>',
  named: '<@U0BOB|bob>',
  link: '<https://evil.example|Click>',
  address: 'https://evil.example/x',
  escaped: '&lt;!channel&gt;',
  ended: '`<!channel>`',
} as const;

const typed: readonly string[] = [
  `status x ${hostile.wide}`,
  `status ${hostile.wide}`,
  `status --gateway ${hostile.link}`,
  `status ${hostile.address}`,
  `jobs ${hostile.link}`,
  `jobs ${hostile.escaped}`,
  `key --app ${hostile.wide}`,
  `key ${hostile.everyone}`,
  `key list ${hostile.ended}`,
  `key --expires ${hostile.group}`,
  `notify ${hostile.everyone}`,
  `notify ${hostile.here}`,
  `ask --max-tokens ${hostile.wide} hi`,
  `ask --temperature ${hostile.link} hi`,
  `ask --${hostile.link} hi`,
  `ask ${hostile.wide} ${hostile.link}`,
  `cancel ${hostile.group}`,
  `retry ${hostile.person}`,
  `retry ${hostile.ended}`,
  `teardown --confirm ${hostile.wide}`,
  `teardown ${hostile.link}`,
  `provision --model ${hostile.wide}`,
  `provision --nodes ${hostile.link}`,
  `quota ${hostile.everyone}`,
  `quota set ${hostile.link}`,
  `quota request 20/minute ${hostile.wide} ${hostile.link}`,
  `audit --user ${hostile.group}`,
  `audit --last ${hostile.link}`,
  `plan ${hostile.wide}`,
  `doctor ${hostile.named}`,
  `help ${hostile.wide}`,
  `help ${hostile.link}`,
  hostile.wide,
  hostile.link,
  hostile.escaped,
  `${hostile.ended} ${hostile.address}`,
];

/** Active mentions and links, without the sender, whom answers may mention. */
function alive(shown: { live: { mentions: readonly string[]; links: readonly string[] } }) {
  const { mentions, links } = shown.live;
  return [...mentions.filter((each) => each !== '@U0OLIVIA'), ...links];
}

/** Waits for new messages of the bot that the person sees. */
async function answersTo(ask: () => Promise<unknown>, where?: string) {
  await slack.post('reset-rate-limits', {});
  const read = async () => (await slack.screen('U0OLIVIA', where)).messages;
  const before = new Set((await read()).map(({ ts }) => ts));
  await ask();
  const fresh = async () => (await read()).filter(({ ts, from }) => !before.has(ts) && from.isBot);
  await expect.poll(async () => (await fresh()).length).toBeGreaterThan(0);
  return fresh();
}

describe.each(typed)('%s', (text) => {
  test('a slash command is answered without active mentions and links', async () => {
    for (const answer of await answersTo(() => slack.command(`/llmgw ${text}`))) {
      expect(alive(answer)).toEqual([]);
    }
    await slack.post('close-view', { as: 'U0OLIVIA' }).catch(() => undefined);
  });

  test('a mention is answered without active mentions and links', async () => {
    for (const answer of await answersTo(() => slack.message(`@llmgw ${text}`))) {
      expect(alive(answer)).toEqual([]);
      expect(answer.notifies.filter((id) => id !== 'U0OLIVIA')).toEqual([]);
    }
  });

  test('a direct message is answered without active mentions and links', async () => {
    const where = 'D0OLIVIA';
    for (const answer of await answersTo(() => slack.message(text, 'U0OLIVIA', where), where)) {
      expect(alive(answer)).toEqual([]);
    }
  });

  test('a view submission is answered without active mentions and links', async () => {
    await slack.command('/llmgw quota request');
    await expect.poll(async () => (await slack.screen()).modals.length).toBeGreaterThan(0);
    for (const desired of [text.slice(0, 40), '20/minute']) {
      await slack.post('submit', { as: 'U0OLIVIA', values: { desired, why: text } });
    }
    await slack.post('reset-rate-limits', {});
    await slack.command('/llmgw ask');
    await expect
      .poll(async () => (await slack.screen()).modals.at(-1)?.title)
      .toBe('Ask the gateway');
    await slack.post('submit', { as: 'U0OLIVIA', values: { prompt: text } });
    const { messages, modals } = await slack.screen();
    for (const shown of [...messages.filter(({ from }) => from.isBot), ...modals]) {
      expect(alive(shown)).toEqual([]);
    }
  });
});

const kinds = ['invalid', 'refused', 'transient', 'permanent', 'deadline', 'bug'] as const;
const said = Object.values(hostile);

test.each(said)('a cloud error, its next action and its code that hold %s', (text) => {
  for (const kind of kinds) {
    const { fault } = fail(kind, 'denied', `The cloud says: ${text}`, { next: `See ${text}.` });
    const message = faultMessage({ ...fault, code: text as FaultCode }, `job ${text}`);
    expect(liveForms(message.text, message.blocks)).toEqual({ mentions: [], links: [] });
    // Text that is already escaped is shown unchanged.
    expect(JSON.stringify(message.blocks)).toContain(JSON.stringify(escapeText(text)).slice(1, -1));
  }
});

test('a next action links to an address of the cloud and to no other address', () => {
  const next =
    'Enable it at https://console.cloud.google.com/apis?project=a&x=1, not at https://evil.example/x.';
  const { fault } = fail('permanent', 'denied', 'Off.', { next });
  const { links } = liveForms('', faultMessage(fault, 'job').blocks);
  expect(links).toEqual(['https://console.cloud.google.com/apis?project=a&amp;x=1']);
});

test('a model name and a prompt in an answer stay text', () => {
  for (const text of said) {
    const { spoken: words, after } = answered(
      { user: 'U0OLIVIA', prompt: text, job: 'ask-1', isInThread: false, isPrivate: false },
      {
        text,
        form: 'words',
        model: text,
        promptTokens: 1,
        completionTokens: 1,
        firstTokenMs: 1,
        totalMs: 1,
        cutAt: undefined,
        history: { left: 0 },
        quota: { limit: 5, usedHere: 1, window: text },
      } as unknown as Parameters<typeof answered>[1],
    );
    expect(liveForms(words, after)).toEqual({ mentions: [], links: [] });
  }
});

test('the compiler rejects plain strings as mrkdwn and prevents escaping twice', () => {
  expectTypeOf<string>().not.toExtend<Mrkdwn>();
  expectTypeOf<'<!channel>'>().not.toExtend<Mrkdwn>();
  expectTypeOf<Mrkdwn>().toExtend<string>();
  for (const make of [section, context]) {
    expectTypeOf(make).parameter(0).toEqualTypeOf<Mrkdwn>();
  }
  expectTypeOf(say).parameter(0).toEqualTypeOf<Mrkdwn>();
  expectTypeOf(fields).parameter(0).toEqualTypeOf<readonly Mrkdwn[]>();
  expectTypeOf<Message['text']>().toEqualTypeOf<Mrkdwn>();
  // A template accepts mrkdwn, numbers and string literals; any other string is `never`.
  expectTypeOf(mrkdwn<[string]>)
    .parameter(1)
    .toEqualTypeOf<never>();
  expectTypeOf(mrkdwn<[`a${string}`]>)
    .parameter(1)
    .toEqualTypeOf<never>();
  expectTypeOf(mrkdwn<['a' | 'b']>)
    .parameter(1)
    .toEqualTypeOf<'a' | 'b'>();
  expectTypeOf(mrkdwn<[Mrkdwn]>)
    .parameter(1)
    .toEqualTypeOf<Mrkdwn>();
  expectTypeOf(escapeText<Mrkdwn>)
    .parameter(0)
    .toEqualTypeOf<never>();
  expectTypeOf(code<Mrkdwn>)
    .parameter(0)
    .toEqualTypeOf<never>();
});

test('functions that make mrkdwn add only their own mentions and links', () => {
  for (const text of said) {
    const made = mrkdwn`${escapeText(text)} ${code(text)}\n${codeBlock(text)} ${withKnownLinks(text)} ${mention(text)}`;
    for (const each of [made, spoken(made)]) {
      expect(liveForms(each, [section(each)])).toEqual({ mentions: [], links: [] });
    }
  }
  expect(liveForms(mention('U0BOB'), []).mentions).toEqual(['@U0BOB']);
  expect(liveForms('', [section(link('https://a.example/|<!channel>', '<!channel>'))])).toEqual({
    mentions: [],
    links: ['https://a.example/%7C&lt;!channel&gt;'],
  });
});

test('mrkdwn text objects are created in one file and casts to it in another', () => {
  const sources = globSync('{src,jobs}/**/*.ts').map((path) => [path, readFileSync(path, 'utf8')]);
  const activeRun = (pattern: RegExp) =>
    sources.flatMap(([path = '', text = '']) => (pattern.test(text) ? [path] : []));
  expect(activeRun(/type: 'mrkdwn'/)).toEqual(['src/slack/messages/message.ts']);
  expect(activeRun(/as Mrkdwn|as unknown as Mrkdwn/)).toEqual(['src/slack/messages/mrkdwn.ts']);
});
