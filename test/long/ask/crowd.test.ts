// Questions under load: stops, dead workers, new keys, fifty people in ten channels.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ApigeeState } from '../../../sandbox/apigee/state.ts';
import type { Screen, ScreenMessage } from '../../../sandbox/slack/screen.ts';
import { type TestSandbox, startTestSandbox } from '../../support/sandbox.ts';

let sandbox: TestSandbox;
const people = Array.from({ length: 50 }, (_, index) => `person${index}`);
const channels = Array.from({ length: 10 }, (_, index) => `crowd-${index}`);

const act = async <T>(path: string, body: object): Promise<T> => {
  const response = await fetch(`${sandbox.url}/_sandbox/slack/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as T;
};
const command = (as: string, channel: string, text: string) =>
  act('command', { as, channel, text });
const screen = (as: string, channel: string) =>
  sandbox.get<Screen>(`/_sandbox/slack/screen?as=${as}&channel=${channel}`);
const statusOf = (message: ScreenMessage): unknown => message.metadata?.event_payload['status'];
const served = () => sandbox.get<{ running: number; aborted: number }>('/_sandbox/vllm');
const finals = async (as: string, channel: string): Promise<ScreenMessage[]> =>
  (await screen(as, channel)).messages.filter((each) => statusOf(each) !== undefined);

beforeAll(async () => {
  sandbox = await startTestSandbox();
  for (const name of people) await act('people', { name });
  for (const [index, name] of channels.entries()) {
    const members = people.filter((_, person) => person % channels.length === index);
    await act('channels', { name, members: [...members, 'person0', 'llmgw'] });
  }
  const up = await sandbox.say('/llmgw provision --quota 100/minute', { wait: true });
  expect(up.exitCode).toBe(0);
  for (const name of people) await command(name, 'general', '/llmgw key');
  const modals = async (name: string) =>
    JSON.stringify((await screen(name, 'general')).modals).includes('x-api-key');
  for (const name of people) {
    await vi.waitFor(async () => expect(await modals(name)).toBe(true), { timeout: 60_000 });
  }
  await act('reset-rate-limits', {});
}, 240_000);
afterAll(() => sandbox?.stop());

describe('questions of one person', () => {
  test('Stop ends the model’s work and keeps the text so far', async () => {
    await act('reset-rate-limits', {});
    const before = await served();
    await command('person3', 'crowd-3', '/llmgw ask --max-tokens 4000 count to 990');
    const growing = async () =>
      (await screen('person3', 'crowd-3')).messages.find(
        (each) => each.streaming && JSON.stringify(each.blocks).includes('1 2 3'),
      );
    await expect.poll(growing, { timeout: 60_000 }).toBeDefined();
    const root = (await growing())?.threadTs;
    await act('click', { as: 'person3', label: 'Stop', messageTs: root });
    await expect.poll(async () => (await served()).aborted).toBe(before.aborted + 1);
    const stopped = async () =>
      (await finals('person3', 'crowd-3')).some((each) =>
        JSON.stringify(each.blocks).includes('Stopped here'),
      );
    await expect.poll(stopped, { timeout: 60_000 }).toBe(true);
  }, 60_000);

  test('an answer is complete in the same message after a kill of its worker', async () => {
    await command('person4', 'crowd-4', '/llmgw ask --max-tokens 900 count to 200');
    const growing = async () =>
      (await screen('person4', 'crowd-4')).messages.find(
        (each) => each.streaming && JSON.stringify(each.blocks).includes('1 2 3'),
      );
    await expect.poll(growing, { timeout: 60_000 }).toBeDefined();
    const begun = await growing();
    await fetch(`${sandbox.url}/_sandbox/processes/bot/kill`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    const ended = async () =>
      (await finals('person4', 'crowd-4')).find((each) => each.ts === begun?.ts);
    await expect.poll(ended, { timeout: 60_000 }).toBeDefined();
    const whole = await ended();
    expect(whole?.streaming).toBe(false);
    expect(JSON.stringify(whole?.blocks)).toMatch(/198 199 200"/);
  }, 120_000);

  test('an answer grows also when Slack accepts the question after the model’s first tokens', async () => {
    sandbox.context.faults.add({
      service: 'slack',
      operation: 'chat.postMessage',
      action: { kind: 'delay', ms: 600 },
      times: 1,
      probability: 1,
      seed: 1,
    });
    await command('person5', 'crowd-5', '/llmgw ask --max-tokens 900 count to 200');
    const growing = async (words: string) =>
      (await screen('person5', 'crowd-5')).messages.find(
        (each) => each.streaming && JSON.stringify(each.blocks).includes(words),
      )?.ts;
    await expect.poll(() => growing('1 2 3'), { timeout: 60_000 }).toBeDefined();
    const begun = await growing('1 2 3');
    await expect.poll(() => growing('41 42 43'), { timeout: 60_000 }).toBe(begun);
    const ended = async () =>
      (await finals('person5', 'crowd-5')).find((each) => each.ts === begun)?.blocks[0]?.['text'];
    await expect.poll(ended, { timeout: 60_000 }).toMatch(/^1 2 3[^]*198 199 200$/);
  }, 60_000);

  test('a key replaced in the console is used for the next question', async () => {
    const person = 'person6';
    const ask = async (words: string): Promise<void> => {
      await command(person, 'crowd-6', `/llmgw ask repeat: ${words}`);
      const answered = async () =>
        (await finals(person, 'crowd-6'))
          .flatMap(({ blocks }) => blocks)
          .some((block) => block['text'] === words);
      await expect.poll(answered, { timeout: 60_000 }).toBe(true);
    };
    const { organizations } = sandbox.context.state<ApigeeState>('apigee', () =>
      expect.fail('Apigee has no state'),
    );
    const [app] = Object.values(organizations)
      .flatMap(({ developers }) => Object.values(developers))
      .filter(({ email }) => email === `${person}@example.com`)
      .flatMap(({ apps }) => Object.values(apps));
    const key = app?.credentials[0] ?? expect.fail('no key');
    // A newer key might not have reached the runtime yet, and the bot would wait for it.
    key.issuedAt = Date.now() - 3_600_000;
    await ask('by the old key.');
    const old = key.consumerKey;
    Object.assign(key, { consumerKey: `exchanged-${person}` });
    const { dataplane } = await sandbox.get<{ dataplane: { listening: string[] } }>(
      '/_sandbox/world',
    );
    const status = async (consumerKey: string) => {
      const url = `http://${dataplane.listening[0] ?? ''}/v1/completions`;
      const headers = { 'x-api-key': consumerKey };
      return (await fetch(url, { method: 'POST', headers, body: '{}' })).status;
    };
    // Apigee's runtime caches keys for a while.
    await expect.poll(() => status(old), { timeout: 60_000 }).toBe(401);
    await ask('by the new key.');
  }, 60_000);

  test('a question with a new key waits for it and does not call it invalid', async () => {
    await act('people', { name: 'newcomer' });
    await command('newcomer', 'general', '/llmgw key');
    const modal = async () =>
      JSON.stringify((await screen('newcomer', 'general')).modals).includes('x-api-key');
    await expect.poll(modal, { timeout: 60_000 }).toBe(true);
    const fault = {
      faultstring: 'Invalid ApiKey',
      detail: { errorcode: 'oauth.v2.InvalidApiKey' },
    };
    sandbox.context.faults.add({
      service: 'dataplane',
      operation: '.*',
      action: { kind: 'status', status: 401, body: JSON.stringify({ fault }), headers: {} },
      probability: 1,
      seed: 1,
    });
    await command('newcomer', 'general', '/llmgw ask repeat: at last.');
    const says = (words: string) => async () =>
      JSON.stringify((await screen('newcomer', 'general')).messages).includes(words);
    await expect.poll(says('is activating your new key'), { timeout: 60_000 }).toBe(true);
    expect(await says('not known')()).toBe(false);
    sandbox.context.faults.clear();
    const answered = async () =>
      (await finals('newcomer', 'general')).some((each) =>
        JSON.stringify(each.blocks).includes('at last.'),
      );
    await expect.poll(answered, { timeout: 60_000 }).toBe(true);
  }, 120_000);
});

describe('questions of many people', () => {
  const given = async (as: string, channel: string) =>
    (await finals(as, channel)).filter((each) =>
      JSON.stringify(each.blocks).includes('the words of'),
    );

  test('fifty simultaneous questions in ten channels get their own answers, in the right threads', async () => {
    await Promise.all(
      people.map((name, index) =>
        command(name, channels[index % 10] ?? '', `/llmgw ask repeat: the words of ${name}.`),
      ),
    );
    for (const [index, channel] of channels.entries()) {
      const reader = people[index] ?? '';
      await expect
        .poll(async () => (await given(reader, channel)).length, { timeout: 90_000 })
        .toBe(5);
      const { messages } = await screen(reader, channel);
      for (const name of people.filter((_, person) => person % 10 === index)) {
        const root = messages.find(
          (each) =>
            !each.ephemeral &&
            each.threadTs === undefined &&
            JSON.stringify(each.blocks).includes(`of ${name}.`),
        );
        const answer = messages.find(
          (each) =>
            statusOf(each) !== undefined && (each.ts === root?.ts || each.threadTs === root?.ts),
        );
        expect(statusOf(answer ?? expect.fail(name))).toBe('ok');
        const [body] = answer?.blocks.filter(({ type }) => type === 'markdown') ?? [];
        expect(body?.['text']).toBe(`the words of ${name}.`);
      }
    }
  }, 180_000);

  test('a channel that rejects messages delays no other, and gets its answers once it accepts them', async () => {
    await act('reset-rate-limits', {});
    await act('hold-channel', { channel: 'crowd-5' });
    const inChannel = (index: number) => people.filter((_, person) => person % 10 === index);
    // More than the concurrency limit of one shared queue.
    for (const turn of ['first', 'second', 'third']) {
      await Promise.all(
        inChannel(5).map((name) =>
          command(name, 'crowd-5', `/llmgw ask repeat: held ${turn} of ${name}.`),
        ),
      );
    }
    const held = async () =>
      (await finals('person5', 'crowd-5')).filter((each) =>
        JSON.stringify(each.blocks).includes('held '),
      ).length;
    for (const index of [6, 7, 8]) {
      await Promise.all(
        inChannel(index).map((name) =>
          command(name, `crowd-${index}`, `/llmgw ask repeat: the free of ${name}.`),
        ),
      );
    }
    const free = async (index: number) =>
      (await finals(`person${index}`, `crowd-${index}`)).filter((each) =>
        JSON.stringify(each.blocks).includes('the free of'),
      ).length;
    for (const index of [6, 7, 8]) {
      await expect.poll(() => free(index), { timeout: 60_000 }).toBe(5);
    }
    expect(await held()).toBe(0);
    await act('reset-rate-limits', {});
    await expect.poll(held, { timeout: 90_000 }).toBe(15);
  }, 240_000);

  test('twenty questions of one person do not delay a question of another', async () => {
    await act('reset-rate-limits', {});
    const mine = Array.from({ length: 20 }, (_, index) =>
      command(
        'person0',
        'crowd-1',
        `/llmgw ask --private --max-tokens 120 count to ${500 + index}`,
      ),
    );
    await Promise.all(mine);
    const told = JSON.stringify(
      (await screen('person0', 'crowd-1')).messages.filter(({ ephemeral }) => ephemeral),
    );
    expect(told).toMatch(/Queued behind \d+ of your other questions/);
    await command('person2', 'crowd-2', '/llmgw ask repeat: quick.');
    const quick = async () =>
      (await finals('person2', 'crowd-2')).some((each) =>
        JSON.stringify(each.blocks).includes('quick.'),
      );
    await expect.poll(quick, { timeout: 60_000 }).toBe(true);
    const own = async () =>
      (await screen('person0', 'crowd-1')).messages.filter((each) =>
        each.blocks.some(({ block_id: id }) => id?.startsWith('llmgw.outcome:ok:ask-')),
      ).length;
    expect(await own()).toBeLessThan(20);
    await expect.poll(own, { timeout: 90_000 }).toBe(20);
  }, 150_000);
});

test('metrics hold durations and outcomes of questions, and no person', async () => {
  await act('reset-rate-limits', {});
  const metrics = async (): Promise<string> => {
    const port = sandbox.environment['HEALTH_PORT'] ?? '';
    return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  };
  const figure = (text: string, name: string): number =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.slice(name.length) ?? 0,
    );
  const names = {
    answered: 'llmgw_asks_total{outcome="answered"}',
    refused: 'llmgw_asks_total{outcome="no_key"}',
    whole: 'llmgw_ask_seconds_count{outcome="answered"}',
    firstTokens: 'llmgw_ask_first_token_seconds_count',
    model: 'llmgw_ask_model_seconds_count',
    prompt: 'llmgw_ask_tokens_total{kind="prompt"}',
    completion: 'llmgw_ask_tokens_total{kind="completion"}',
  };
  await expect.poll(async () => figure(await metrics(), 'llmgw_asks_in_flight')).toBe(0);
  const before = await metrics();
  const grown = async () => {
    const now = await metrics();
    return Object.fromEntries(
      Object.entries(names).map(([key, name]) => [key, figure(now, name) - figure(before, name)]),
    );
  };

  await command('person7', 'crowd-7', '/llmgw ask --max-tokens 900 count to 100');
  await expect.poll(async () => figure(await metrics(), 'llmgw_asks_in_flight')).toBe(1);
  await act('people', { name: 'keyless' });
  await command('keyless', 'general', '/llmgw ask repeat: nothing.');
  await expect.poll(grown, { timeout: 60_000 }).toEqual({
    answered: 1,
    refused: 1,
    whole: 1,
    firstTokens: 1,
    model: 1,
    prompt: 3,
    completion: expect.toSatisfy((tokens: number) => tokens > 100),
  });
  const told = await metrics();
  expect(figure(told, 'llmgw_asks_in_flight')).toBe(0);
  expect(told).not.toMatch(/person\d|keyless|crowd-|count to/);
}, 60_000);
