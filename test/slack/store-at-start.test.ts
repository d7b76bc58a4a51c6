// Receivers that start during an outage of Redis and recover without a restart.
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { toFault } from '../../src/kernel/errors.ts';
import { createQueues } from '../../src/engine/queue.ts';
import { connectRedis } from '../../src/kernel/redis.ts';
import { type OwnRedis, openRedis } from '../support/redis-server.ts';
import { type TestWorkspace, markOf, openWorkspace } from './open-workspace.ts';

let redis: OwnRedis | undefined;
let slack: TestWorkspace | undefined;
afterEach(async () => {
  redis?.resume();
  await slack?.close();
  await redis?.stop();
  slack = undefined;
  redis = undefined;
});

const lastMark = async (): Promise<string | undefined> => {
  const { messages } = (await slack?.screen('U0ALICE')) ?? { messages: [] };
  return messages.map(markOf).findLast((mark) => mark !== undefined);
};

/** Sends a command and returns the mark of its answer. */
async function marked(text: string): Promise<string | undefined> {
  await slack?.command(text, 'U0ALICE');
  return lastMark();
}

/** Commands fail with a message while Redis is down and are accepted afterwards. */
async function recovers(back: () => Promise<void> | void): Promise<void> {
  expect(await marked('/llmgw status')).toMatch(/^llmgw\.outcome:failed/);
  // At least one command of the client has failed; that must not affect later commands.
  await expect
    .poll(() =>
      slack?.queues.listJobs().then(
        () => 'ok',
        (error: unknown) => String(error),
      ),
    )
    .not.toBe('ok');
  await back();
  await expect
    .poll(() => marked('/llmgw status'), { timeout: 20_000, interval: 300 })
    .toMatch(/^llmgw\.accepted/);
}

test('a receiver accepts commands after it started while Redis was frozen', async () => {
  redis = await openRedis();
  redis.pause();
  slack = await openWorkspace({ redis: redis.url });
  await recovers(() => redis?.resume());
});

test('a receiver accepts commands after it started while Redis refused connections', async () => {
  redis = await openRedis();
  await redis.kill();
  slack = await openWorkspace({ redis: redis.url });
  await recovers(() => redis?.start());
});

test('a receiver accepts commands after Redis was restarted during its start', async () => {
  redis = await openRedis();
  redis.pause();
  slack = await openWorkspace({ redis: redis.url });
  await recovers(async () => {
    await redis?.kill();
    await redis?.start();
  });
});

test('a receiver accepts commands after it started while Redis loaded its data', async () => {
  redis = await openRedis(['--appendonly', 'no', '--save', '3600 1']);
  const keys = Array.from({ length: 40 }, (_, at) => [`key-${at}`, 'x'.repeat(2_000)]);
  await redis.client.mset(...keys.flat());
  await redis.client.save();
  await redis.kill();
  const slowly = [
    '--appendonly',
    'no',
    '--key-load-delay',
    '100000',
    '--loading-process-events-interval-bytes',
    '1024',
  ];
  const loaded = redis.start(slowly);
  slack = await openWorkspace({ redis: redis.url });
  await recovers(() => loaded);
});

test('a queue accepts jobs after Redis hung between connection and first command', async () => {
  redis = await openRedis();
  for (const away of ['frozen', 'restarted'] as const) {
    const connection = connectRedis(redis.url, { failFast: true });
    await once(connection, 'ready');
    if (away === 'frozen') redis.pause();
    else await redis.kill();
    const queues = createQueues({ redis: connection, prefix: `test-${away}`, jobs: ['ask'] });
    const add = (id: string): Promise<string> =>
      queues.enqueue('ask', {}, id, { user: 'U0ALICE', channel: 'C0GATEWAY' }).then(
        () => 'added',
        (error: unknown) => toFault(error).code,
      );
    const first = add('first');
    // A refused connection is retried; an unanswered one fails.
    if (away === 'frozen') expect(await first).toBe('store_down');
    if (away === 'frozen') redis.resume();
    else await redis.start();
    await expect.poll(() => add('second'), { timeout: 10_000 }).toBe('added');
    await queues.close();
    connection.disconnect();
  }
});
