// Questions in turns: stop, retry, conversation, context limit, and permissions of other people.
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Screen, ScreenMessage } from '../../../sandbox/slack/screen.ts';
import type { ModelRequest, VllmState } from '../../../sandbox/vllm/state.ts';
import { kubeShell } from '../../../sandbox/test/support/kube-tools.ts';
import { type TestSandbox, startTestSandbox } from '../../support/sandbox.ts';
import { type Asker, openAsker } from '../faults/asker.ts';

let sandbox: TestSandbox;
let asker: Asker;
const channel = 'general';

beforeAll(async () => {
  sandbox = await startTestSandbox();
  await sandbox.command('/llmgw provision --quota 5000/minute --yes');
  await askInVain('is provisioning the gateway');
  const card = async () => expect(sandbox.cards()).toContain('ready and protected');
  await vi.waitFor(card, { timeout: 180_000 });
  asker = await openAsker(sandbox);
  await vi.waitFor(async () => expect(await asker.direct()).toMatch(/^200 /), { timeout: 60_000 });
}, 240_000);
afterAll(() => sandbox?.stop());
beforeEach(() => asker.act('reset-rate-limits', {}));

/** Asks until the answer to alice holds these words: it depends on the progress of a run. */
async function askInVain(words: string): Promise<void> {
  const body = JSON.stringify({ as: 'alice', channel, text: '/llmgw ask hi' });
  await vi.waitFor(
    async () => {
      await fetch(`${sandbox.url}/_sandbox/slack/command`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const told = JSON.stringify((await messages()).filter(({ ephemeral }) => ephemeral));
      expect(told).toContain(words);
    },
    { timeout: 60_000, interval: 300 },
  );
}

const requests = (): readonly ModelRequest[] =>
  sandbox.context.state('vllm', (): VllmState => expect.fail()).requests;
const messages = async (as = 'alice'): Promise<readonly ScreenMessage[]> =>
  (await sandbox.get<Screen>(`/_sandbox/slack/screen?as=${as}&channel=${channel}`)).messages;
const wordsOf = (message: ScreenMessage | undefined): string => JSON.stringify(message?.blocks);
const request = (as: string, label: string, messageTs: string | undefined) =>
  asker.act('click', { as, label, messageTs });

/** Asks for a long answer, and returns once it is being written. */
async function growing(): Promise<ScreenMessage> {
  const before = new Set((await messages()).map(({ ts }) => ts));
  await asker.type('/llmgw ask --max-tokens 4000 count to 990');
  const found = async () =>
    (await messages()).find(
      (each) => each.streaming && !before.has(each.ts) && wordsOf(each).includes('1 2 3'),
    );
  await expect.poll(found, { timeout: 60_000 }).toBeDefined();
  return (await found()) ?? expect.fail();
}

const at = async (ts: string | undefined, as?: string) =>
  (await messages(as)).find((each) => each.ts === ts);
const whispersTo = async (as: string): Promise<string> =>
  JSON.stringify((await messages(as)).filter(({ ephemeral }) => ephemeral));

describe('stop of an answer', () => {
  const stops: Readonly<Record<string, (answer: ScreenMessage) => Promise<unknown>>> = {
    'the button under the question': ({ threadTs }) => request('alice', 'Stop', threadTs),
    'Slack’s own Stop': ({ threadTs }) =>
      asker.act('stop-session', { as: 'alice', channel, threadTs }),
    'an operator’s Stop': ({ threadTs }) => request('olivia', 'Stop', threadTs),
  };
  test.each(Object.entries(stops))(
    '%s ends the model’s work and keeps the text so far',
    async (_way, stop) => {
      const answer = await growing();
      const work = requests().at(-1);
      expect(work?.state).toBe('running');
      expect(await stop(answer)).toMatchObject({ ok: true });
      await expect.poll(() => work?.state, { timeout: 60_000 }).toBe('abort');
      await expect.poll(async () => wordsOf(await at(answer.ts))).toContain('Stopped here.');
      const ended = await at(answer.ts);
      expect(wordsOf(ended)).toContain('1 2 3');
      expect(ended).toMatchObject({
        streaming: false,
        metadata: { event_payload: { status: 'ok' } },
      });
      await expect.poll(async () => wordsOf(await at(answer.threadTs))).not.toContain('ask.stop');
      const canStop = async () =>
        (await asker.screen()).agentSessions.find(({ threadTs }) => threadTs === answer.threadTs)
          ?.canStop;
      await expect.poll(canStop).toBe(false);
    },
    60_000,
  );

  test('a person without the right to stop an answer cannot, by the button or by Slack’s own Stop', async () => {
    const answer = await growing();
    const work = requests().at(-1);
    await request('bob', 'Stop', answer.threadTs);
    await expect.poll(() => whispersTo('bob')).toContain('and operators can stop this answer');
    const told = (await messages('bob')).filter(({ ephemeral }) => ephemeral).length;
    await asker.act('stop-session', { as: 'bob', channel, threadTs: answer.threadTs });
    await expect
      .poll(async () => (await messages('bob')).filter(({ ephemeral }) => ephemeral).length)
      .toBe(told + 1);
    expect(work?.state).toBe('running');
    await request('alice', 'Stop', answer.threadTs);
    await expect.poll(() => work?.state, { timeout: 60_000 }).toBe('abort');
    // An action after the end changes nothing and says so.
    await expect.poll(async () => wordsOf(await at(answer.threadTs))).not.toContain('ask.stop');
  }, 60_000);
});

describe('Retry', () => {
  const prompt = 'repeat: <b>“as it was”</b> & so on 👋';
  test('Retry repeats the prompt in its thread for its owner, and for nobody else', async () => {
    const told = await asker.ask(`--temperature 0.7 --max-tokens 77 ${prompt}`);
    const first = requests().at(-1);
    expect(first).toMatchObject({ prompt, temperature: 0.7, maxTokens: 77 });
    const count = requests().length;

    await request('bob', 'Retry', told.ts);
    await expect
      .poll(() => whispersTo('bob'))
      .toContain('can retry this question: it uses their key');
    expect(requests()).toHaveLength(count);

    const before = new Set((await asker.endings()).map(({ ts }) => ts));
    await asker.press('Retry', told.ts);
    const fresh = async () => (await asker.endings()).find(({ ts }) => !before.has(ts));
    await expect.poll(fresh, { timeout: 60_000 }).toBeDefined();
    const second = requests().at(-1);
    expect(second).toMatchObject({ prompt, temperature: 0.7, maxTokens: 77 });
    expect(second?.id).not.toBe(first?.id);
    const again = await at((await fresh())?.ts);
    expect(again?.threadTs).toBe((await at(told.ts))?.threadTs);
  }, 60_000);
});

describe('input over the context limit', () => {
  test('a prompt over the context limit is shortened in a modal that holds it, then answered', async () => {
    const prompt = 'repeat: short enough.';
    const told = await asker.ask(`--max-tokens 32768 ${prompt}`);
    expect(told.text).toContain('context_too_long · ');
    expect(told.firstLine).toContain('Context limit exceeded');
    await asker.press('Edit the prompt', told.ts);
    const window = async () => (await asker.screen()).modals.at(-1);
    await expect.poll(async () => JSON.stringify((await window())?.blocks)).toContain(prompt);
    const before = new Set((await asker.endings()).map(({ ts }) => ts));
    const values = { prompt, 'max-tokens': '64' };
    await asker.act('submit', { as: 'alice', values });
    const fresh = async () => (await asker.endings()).find(({ ts }) => !before.has(ts));
    await expect
      .poll(async () => (await fresh())?.text, { timeout: 60_000 })
      .toContain('short enough.');
    expect(requests().at(-1)).toMatchObject({ prompt, maxTokens: 64, state: 'stop' });
  }, 60_000);

  test('a conversation over the context limit omits its oldest questions and says so', async () => {
    const filler = (name: string): string => `repeat: ${name} ${'lorem ipsum '.repeat(700)}`;
    const { ts } = (await asker.act('message', {
      as: 'alice',
      channel,
      text: `@llmgw ask --max-tokens 20 ${filler('first')}`,
    })) as { ts: string };
    const ended = async () =>
      (await messages()).filter(
        (each) => each.threadTs === ts && each.metadata?.event_payload['status'] === 'ok',
      );
    const answers = async (count: number): Promise<void> =>
      expect.poll(async () => (await ended()).length, { timeout: 60_000 }).toBe(count);
    await answers(1);
    for (const [index, name] of ['second', 'third', 'fourth'].entries()) {
      await asker.act('reset-rate-limits', {});
      const text = `@llmgw ask --max-tokens 20 ${filler(name)}`;
      await asker.act('message', { as: 'alice', channel, threadTs: ts, text });
      await answers(index + 2);
    }
    const given = JSON.stringify(requests().at(-1)?.prompt);
    expect(given).toContain('repeat: third lorem');
    expect(given).not.toContain('repeat: first lorem');
    expect(wordsOf((await ended()).at(-1))).toMatch(
      /first \d questions? of this thread no longer fit/,
    );
  }, 120_000);
});

describe('conversation with the model', () => {
  const reply = async (threadTs: string, text: string): Promise<ModelRequest> => {
    const before = new Set((await asker.endings()).map((each) => each.ts));
    await asker.act('message', { as: 'alice', channel, threadTs, text });
    const isEnded = async () => (await asker.endings()).some((each) => !before.has(each.ts));
    await expect.poll(isEnded, { timeout: 60_000 }).toBe(true);
    return requests().at(-1) ?? expect.fail();
  };
  const open = async (): Promise<string> => {
    const told = await asker.ask('repeat: one.');
    return (await at(told.ts))?.threadTs ?? told.ts;
  };

  test('a conversation is sent as one prompt with its history if the gateway routes completions only', async () => {
    const asked = await reply(await open(), 'repeat: two.');
    expect(asked).toMatchObject({ operation: 'completions', state: 'stop' });
    expect(asked.prompt).toBe(
      'The following is a conversation between a person and a helpful assistant.\n\nUser: repeat: one.\nAssistant: one.\nUser: repeat: two.\nAssistant:',
    );
  }, 60_000);

  test('a conversation is sent as chat messages once the product allows them', async () => {
    const { kubectl } = kubeShell(await sandbox.clusterAccess());
    const path = { name: 'Chat', path: '/v1/chat/completions', methods: ['POST'] };
    const change = [{ op: 'add', path: '/spec/restOperations/-', value: path }];
    const set = ['apioperationset', 'llm-operations', '--namespace=apim'];
    await kubectl(['patch', ...set, '--type=json', `--patch=${JSON.stringify(change)}`]);
    // The bot reads the product again within half a minute.
    const isChat = async () => {
      await asker.ask('repeat: one.');
      return requests().at(-1)?.operation;
    };
    await expect.poll(isChat, { timeout: 60_000, interval: 2_000 }).toBe('chat.completions');
    const asked = await reply(await open(), 'repeat: two.');
    expect(asked).toMatchObject({ operation: 'chat.completions', state: 'stop' });
    expect(asked.prompt).toEqual([
      { role: 'user', content: 'repeat: one.' },
      { role: 'assistant', content: 'one.' },
      { role: 'user', content: 'repeat: two.' },
    ]);
  }, 120_000);
});

test('a question during a teardown is answered with a notice of it', async () => {
  await sandbox.command('/llmgw teardown default --confirm default');
  await askInVain('is tearing down the gateway');
}, 90_000);
