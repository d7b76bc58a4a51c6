// A person's line of questions: a place is held by a job, and by nothing else.
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

/** ms until the place ends by itself. */
const holdOf = async (job: string): Promise<number> =>
  Number(await redis.zscore(holds, job)) - Date.now();

test('asks that could not be put into the queue take no place: the next one waits for nobody', async () => {
  // The queue refuses every job, and the rest of Redis works.
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

test('places whose process died before the job was in the queue end by themselves, and those of jobs stay', async () => {
  for (const job of ['a', 'b', 'c']) await asks.enter('U0BOB', job);
  expect(await asks.ahead('U0BOB', 'd')).toBe(1);
  expect(await holdOf('a')).toBeLessThanOrEqual(15_000);
  // A job that works or waits holds its place for longer, and renews it.
  expect(await asks.ahead('U0BOB', 'c')).toBe(0);
  expect(await holdOf('c')).toBeGreaterThan(45_000);
  // Their time is over.
  await redis.zadd(holds, 'XX', 1, 'a', 1, 'b', 1, 'd');
  expect(await asks.enter('U0BOB', 'e')).toBe(1);
  await asks.leave('U0BOB', 'c');
  expect(await asks.enter('U0BOB', 'f')).toBe(1);
});

test('the queue itself tells whether a question is arranged for later, not the text that was kept before', async () => {
  const { queues } = slack;
  const by = { user: 'U0ALICE', channel: 'C0GATEWAY' };
  expect(await queues.has('ask', 'ask-x-later')).toBe(false);
  await queues.enqueue('ask', {}, 'ask-x-later', by, { delayMs: 60_000 });
  expect(await queues.has('ask', 'ask-x-later')).toBe(true);
});
