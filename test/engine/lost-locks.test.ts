// Lost job locks: the copy with the lock continues, a lost copy ends nothing.
import { afterEach, expect, test } from 'vitest';
import { createInterruptions } from '../../src/engine/interruptions.ts';
import { bullPrefix, jobQueueName } from '../../src/engine/queue-names.ts';
import { alice, type TestEngine } from '../support/engine.ts';
import type { PlainJobSpec } from '../../src/engine/worker-options.ts';
import { worldEngine } from './fixtures/world-engine.ts';
import { worldRunbook, worldStep } from './fixtures/world.ts';

const open: TestEngine[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

function engineWith(run: PlainJobSpec['run']): TestEngine {
  const jobs = { ask: { concurrency: 2, run } };
  const never = worldRunbook([worldStep('a', { looks: 1_000_000 })]);
  const { engine } = worldEngine(never, { jobs });
  open.push(engine);
  return engine;
}

const lockOf = ({ prefix }: TestEngine, id: string): string =>
  `${bullPrefix(prefix)}:${jobQueueName('ask')}:${id}:lock`;

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

/** Resolves after this many renewals of the lock. */
async function renewals({ redis }: TestEngine, lock: string, count: number): Promise<void> {
  let [left, seen] = [await redis.pttl(lock), 0];
  const look = async (): Promise<number> => {
    const now = await redis.pttl(lock);
    if (now > left) seen += 1;
    left = now;
    return seen;
  };
  await expect.poll(look, { timeout: 10_000, interval: 20 }).toBeGreaterThanOrEqual(count);
}

test('a lost copy of a job is interrupted, and the copy that holds the lock is not', () => {
  const interruptions = createInterruptions();
  const older = interruptions.begin({ queue: 'job-ask', id: 'ask-1', token: 'one' });
  const newer = interruptions.begin({ queue: 'job-ask', id: 'ask-1', token: 'two' });
  const other = interruptions.begin({ queue: 'job-key', id: 'ask-1', token: 'three' });
  interruptions.loseJob('job-ask', 'ask-1', 'two');
  expect([older.why(), newer.why(), other.why()]).toEqual(['lost', undefined, undefined]);
});

test('a job treated as lost while it held its lock runs again, and is never completed undone', async () => {
  let runs = 0;
  const engine = engineWith(async ({ id }, signal) => {
    runs += 1;
    if (runs > 1) return;
    const lock = lockOf(engine, id);
    const token = (await engine.redis.get(lock)) ?? '';
    await engine.redis.set(lock, 'another', 'PX', 5_000);
    await aborted(signal);
    await engine.redis.set(lock, token, 'PX', 5_000);
    signal.throwIfAborted();
  });
  await engine.start();
  await engine.queues.enqueue('ask', {}, 'ask-1', alice);
  await expect.poll(async () => (await engine.queues.listJobs()).recent.length).toBe(1);
  expect(runs).toBe(2);
});

test('a newer copy of a job in one process starts after the older one, and keeps its lock', async () => {
  const order: string[] = [];
  const held = Promise.withResolvers<void>();
  let runs = 0;
  const engine = engineWith(async ({ id }, signal) => {
    runs += 1;
    const run = runs;
    order.push(`begin ${run}`);
    if (run === 1) {
      await engine.redis.del(lockOf(engine, id));
      await aborted(signal);
      // The queue delivers the job again.
      await expect.poll(() => engine.redis.exists(lockOf(engine, id)), { timeout: 5_000 }).toBe(1);
    } else await held.promise;
    order.push(`end ${run}`);
    signal.throwIfAborted();
  });
  await engine.start();
  await engine.queues.enqueue('ask', {}, 'ask-1', alice);
  await expect.poll(() => order.length, { timeout: 10_000 }).toBe(3);
  const lock = lockOf(engine, 'ask-1');
  const holder = await engine.redis.get(lock);
  // So many renewals take longer than one lock lasts.
  await renewals(engine, lock, 5);
  expect(await engine.redis.get(lock)).toBe(holder);
  held.resolve();
  await expect.poll(async () => (await engine.queues.listJobs()).recent.length).toBe(1);
  expect(order).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
});
