// Queue of a person's questions: only a job holds a place.
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectRedis } from '../../../src/kernel/redis.ts';
import { type AskStore, createAskStore } from '../../../jobs/ask/store.ts';
import { quiet, redisUrl } from '../../support/engine.ts';
import { type TestWorkspace, openWorkspace } from '../../slack/open-workspace.ts';

let slack: TestWorkspace;
let redis: Redis;
let asks: AskStore;
let holds: string;
beforeAll(async () => {
  slack = await openWorkspace();
  redis = connectRedis(redisUrl());
  asks = createAskStore(redis, slack.prefix, quiet);
  holds = `${slack.prefix}:ask:holds:U0BOB`;
});
afterAll(async () => {
  await asks.close();
  redis.disconnect();
  await slack.close();
});

/** ms until the place expires. */
const holdOf = async (job: string): Promise<number> =>
  Number(await redis.zscore(holds, job)) - Date.now();

test('questions that could not be queued take no place: the next one does not wait', async () => {
  // The queue refuses every job; the rest of Redis works.
  const wait = `${slack.prefix}:queue:job-ask:wait`;
  const prioritized = `${slack.prefix}:queue:job-ask:prioritized`;
  await redis.mset(wait, 'no list', prioritized, 'no set');
  for (const text of ['one', 'two', 'three', 'four']) {
    await slack.command(`/llmgw ask ${text}?`, 'U0ALICE');
  }
  await redis.del(wait, prioritized);
  expect(await slack.payloads('ask')).toEqual([]);
  await slack.command('/llmgw ask five?', 'U0ALICE');
  const seen = await slack.sees((each) => each.text.includes('five?'), 'U0ALICE');
  expect(seen.text).not.toContain('before it');
  expect(await asks.ahead('U0ALICE', 'another')).toBe(0);
});

test('places expire when their process died before queueing the job, and places of jobs stay', async () => {
  for (const job of ['a', 'b', 'c']) await asks.enter('U0BOB', job);
  expect(await asks.ahead('U0BOB', 'd')).toBe(1);
  expect(await holdOf('a')).toBeLessThanOrEqual(15_000);
  // A running or waiting job holds its place longer, and renews it.
  expect(await asks.ahead('U0BOB', 'c')).toBe(0);
  expect(await holdOf('c')).toBeGreaterThan(45_000);
  // Their time has passed.
  await redis.zadd(holds, 'XX', 1, 'a', 1, 'b', 1, 'd');
  expect(await asks.enter('U0BOB', 'e')).toBe(1);
  await asks.leave('U0BOB', 'c');
  expect(await asks.enter('U0BOB', 'f')).toBe(1);
});

test('the queue decides whether a question is scheduled, not the text stored before', async () => {
  const { queues } = slack;
  const by = { user: 'U0ALICE', channel: 'C0GATEWAY' };
  expect(await queues.has('ask', 'ask-x-later')).toBe(false);
  await queues.enqueue('ask', {}, 'ask-x-later', by, { delayMs: 60_000 });
  expect(await queues.has('ask', 'ask-x-later')).toBe(true);
});
