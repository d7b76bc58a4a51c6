// Tests of rate limits with the unmodified client: method tiers, messages per channel.
import { type WebClient, WebAPIRateLimitedError } from '@slack/web-api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SlackSandbox, startSlack } from './support/slack-sandbox.ts';
import { webClient } from './support/web-client.ts';

let slack: SlackSandbox;
let client: WebClient;
beforeEach(async () => {
  slack = await startSlack();
  client = webClient(slack);
});
afterEach(() => slack.stop());

/** Seconds to wait, or undefined if the call succeeded. */
async function retryAfter(call: Promise<unknown>): Promise<number | undefined> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return undefined;
  if (error instanceof WebAPIRateLimitedError) return error.retryAfter;
  throw error;
}

const post = (channel: string) => client.chat.postMessage({ channel, text: 'x' });

it('a channel accepts a short burst, then one message a second, separately from other channels', async () => {
  for (let n = 0; n < 5; n += 1) await post('C0GATEWAY');
  expect(await retryAfter(post('C0GATEWAY'))).toBe(1);
  expect(await retryAfter(post('C0GENERAL'))).toBeUndefined();
  slack.step(1_000);
  expect(await retryAfter(post('C0GATEWAY'))).toBeUndefined();
  expect(await retryAfter(post('C0GATEWAY'))).toBe(1);
});

it('a held channel refuses messages until the limits are reset', async () => {
  await slack.human('hold-channel', { channel: 'llm-gateway' });
  expect(await retryAfter(post('C0GATEWAY'))).toBe(1);
  slack.step(60_000);
  expect(await retryAfter(post('C0GATEWAY'))).toBe(1);
  expect(await retryAfter(post('C0GENERAL'))).toBeUndefined();
  await slack.human('reset-rate-limits', {});
  expect(await retryAfter(post('C0GATEWAY'))).toBeUndefined();
});

it.each([
  { tier: 2, calls: 20, call: () => client.users.list({}) },
  { tier: 3, calls: 50, call: () => client.conversations.open({ users: 'U0BOB' }) },
  { tier: 4, calls: 100, call: () => client.users.info({ user: 'U0BOB' }) },
])('tier $tier allows $calls calls a minute', async ({ calls, call }) => {
  for (let n = 0; n < calls; n += 1) await call();
  const wait = await retryAfter(call());
  expect(wait).toBeGreaterThan(50);
  expect(wait).toBeLessThanOrEqual(60);
  // Each method has its own budget.
  expect(await retryAfter(client.auth.test())).toBeUndefined();
  slack.step(60_000);
  expect(await retryAfter(call())).toBeUndefined();
});

it('a method counts over all channels and messages', async () => {
  const { ts = '' } = await post('C0GATEWAY');
  const other = await post('C0GENERAL');
  for (let n = 0; n < 25; n += 1) {
    await client.chat.update({ channel: 'C0GATEWAY', ts, text: `${n}` });
    await client.chat.update({ channel: 'C0GENERAL', ts: other.ts ?? '', text: `${n}` });
  }
  const next = client.chat.update({ channel: 'C0GATEWAY', ts, text: 'one too many' });
  expect(await retryAfter(next)).toBeGreaterThan(50);
  expect((await slack.screen('bob', 'C0GATEWAY')).messages[0]?.text).toBe('24');
});

it('a granted factor multiplies the limits', async () => {
  const granted = await startSlack({ limits: 10 });
  const much = webClient(granted);
  const postMuch = () => retryAfter(much.chat.postMessage({ channel: 'C0GATEWAY', text: 'x' }));
  const from = performance.now();
  let passed = 0;
  let wait = await postMuch();
  for (; wait === undefined; wait = await postMuch()) passed += 1;
  expect(wait).toBe(1);
  // Ten times the burst of five, and one more per tenth of a second of the posts.
  expect(passed).toBeGreaterThanOrEqual(50);
  expect(passed).toBeLessThanOrEqual(51 + (performance.now() - from) / 100);
  for (let n = 0; n < 200; n += 1) await much.users.list({});
  expect(await retryAfter(much.users.list({}))).toBeGreaterThan(50);
  await granted.stop();
});
