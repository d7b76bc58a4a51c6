// Plain jobs: one effect per id, retries of transient faults, handover, and listing.
import { Queue } from 'bullmq';
import { afterEach, expect, it } from 'vitest';
import { fail, toFault } from '../../src/kernel/errors.ts';
import { bullPrefix, jobQueueName, queueNames } from '../../src/engine/queue-names.ts';
import type { PlainJob, PlainJobSpec } from '../../src/engine/worker-options.ts';
import { alice, olivia, requestFor, type TestEngine } from '../support/engine.ts';
import { worldEngine } from './fixtures/world-engine.ts';
import { worldRunbook, worldStep } from './fixtures/world.ts';

const open: TestEngine[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

function engineWith(spec: Omit<PlainJobSpec, 'concurrency'>): TestEngine {
  const jobs = { ask: { concurrency: 2, ...spec } };
  const never = worldRunbook([worldStep('a', { looks: 1_000_000 })]);
  const { engine } = worldEngine(never, { jobs });
  open.push(engine);
  return engine;
}

it('runs a job that is delivered twice once, also after it has ended', async () => {
  const ran: PlainJob[] = [];
  const engine = engineWith({ run: (job) => Promise.resolve(void ran.push(job)) });
  await engine.start();
  const payload = { prompt: 'ref-1' };
  await Promise.all([
    engine.queues.enqueue('ask', payload, 'ask-1', alice),
    engine.queues.enqueue('ask', payload, 'ask-1', alice),
  ]);
  await expect.poll(async () => (await engine.queues.listJobs()).recent.length).toBe(1);
  await engine.queues.enqueue('ask', payload, 'ask-1', alice);
  await engine.queues.enqueue('ask', payload, 'ask-2', alice);
  await expect.poll(async () => (await engine.queues.listJobs()).recent.length).toBe(2);
  expect(ran.map(({ id }) => id)).toEqual(['ask-1', 'ask-2']);
  expect(ran[0]).toEqual({ id: 'ask-1', payload, by: alice, isLastAttempt: true });
});

it('retries a transient fault and knows its last attempt', async () => {
  const attempts: boolean[] = [];
  const engine = engineWith({
    attempts: 3,
    run: ({ isLastAttempt }) => {
      attempts.push(isLastAttempt);
      return Promise.reject(fail('transient', 'unavailable', 'Away.'));
    },
  });
  await engine.start();
  await engine.queues.enqueue('ask', {}, 'ask-1', alice);
  await expect
    .poll(async () => (await engine.queues.listJobs()).recent)
    .toEqual([expect.objectContaining({ id: 'ask-1', status: 'failed', by: alice })]);
  expect(attempts).toEqual([false, false, true]);
});

it('does not retry a fault that is not transient', async () => {
  let calls = 0;
  const engine = engineWith({
    attempts: 3,
    run: () => {
      calls += 1;
      return Promise.reject(fail('permanent', 'denied', 'No.'));
    },
  });
  await engine.start();
  await engine.queues.enqueue('ask', {}, 'ask-1', alice);
  await expect.poll(async () => (await engine.queues.listJobs()).recent.length).toBe(1);
  expect(calls).toBe(1);
});

it('hands a job to another worker when its worker stops', async () => {
  let calls = 0;
  const engine = engineWith({
    run: (_job, signal) => {
      calls += 1;
      if (calls > 1) return Promise.resolve();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    },
  });
  const first = await engine.start();
  await engine.queues.enqueue('ask', {}, 'ask-1', alice);
  await expect.poll(() => calls).toBe(1);
  await first.stop();
  await engine.start();
  await expect
    .poll(async () => (await engine.queues.listJobs()).recent)
    .toEqual([expect.objectContaining({ status: 'succeeded' })]);
  expect(calls).toBe(2);
});

it('lists running, queued and recent jobs, with their users', async () => {
  const engine = engineWith({ run: () => Promise.resolve() });
  await engine.queues.enqueue('ask', {}, 'ask-1', alice);
  const request = requestFor('build');
  await engine.queues.startRun(request);
  const before = await engine.queues.listJobs();
  expect(before.running).toEqual([]);
  expect(before.queued.map(({ id, name, by }) => [id, name, by])).toEqual([
    [request.runId, 'build', olivia],
    ['ask-1', 'ask', alice],
  ]);
  await engine.start();
  await expect
    .poll(async () => {
      const { running, queued, recent } = await engine.queues.listJobs();
      return [running, queued, recent].map((jobs) => jobs.map(({ id }) => id));
    })
    .toEqual([[request.runId], [], ['ask-1']]);
  await engine.queues.cancelRun(request.runId, alice, 'q1');
  await engine.ended(request.runId);
  const { recent } = await engine.queues.listJobs();
  expect(recent[0]).toMatchObject({ id: request.runId, status: 'cancelled', target: 'default' });
});

it('refuses an id that the queue would misread, and an unknown job', async () => {
  const engine = engineWith({ run: () => Promise.resolve() });
  const bad = engine.queues.enqueue('ask', {}, 'ask:1', alice);
  await expect(bad).rejects.toMatchObject({ fault: { code: 'bad_id' } });
  const unknown = engine.queues.enqueue('dance', {}, 'dance-1', alice);
  await expect(unknown).rejects.toMatchObject({ fault: { code: 'unknown_job' } });
});

it('runs a repeated job, one at a time over all processes, and leaves nothing behind', async () => {
  const seen = { ran: 0, atOnce: 0, most: 0 };
  const engine = engineWith({
    everyMs: 20,
    run: async () => {
      seen.ran += 1;
      seen.atOnce += 1;
      seen.most = Math.max(seen.most, seen.atOnce);
      await engine.redis.ping();
      seen.atOnce -= 1;
    },
  });
  await engine.start();
  await engine.start();
  await expect.poll(() => seen.ran).toBeGreaterThan(4);
  expect(seen.most).toBe(1);
  expect((await engine.queues.listJobs()).recent).toEqual([]);
});

it('names a queue that was paused in Redis, until it is resumed', async () => {
  const { redis, prefix, queues, start } = engineWith({ run: () => Promise.resolve() });
  const workers = await start();
  for (const [name, check] of [
    [jobQueueName('ask'), queues.check],
    [queueNames.steps, workers.check],
  ] as const) {
    const tool = new Queue(name, { connection: redis, prefix: bullPrefix(prefix) });
    await tool.pause();
    const fault = await check().then(
      () => undefined,
      (error: unknown) => toFault(error),
    );
    expect(fault).toMatchObject({ kind: 'permanent', code: 'queue_paused' });
    expect(fault?.message).toContain(name);
    await tool.resume();
    await check();
    await tool.close();
  }
});
