// Atomic operations of the run store on real Redis: concurrent writes, locks, open runs.
import { afterEach, expect, it } from 'vitest';
import { connectRedis } from '../../src/kernel/redis.ts';
import type { RunRecord } from '../../src/engine/run-store.ts';
import {
  createTestEngine,
  olivia,
  redisUrl,
  requestFor,
  type TestEngine,
} from '../support/engine.ts';

const engines: TestEngine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

function newStore(): TestEngine['store'] {
  const engine = createTestEngine({ runbooks: {} });
  engines.push(engine);
  return engine.store;
}

async function created(store: TestEngine['store'], target = 'default'): Promise<RunRecord> {
  const made = await store.create(requestFor('build', { target }), 1);
  if (made.outcome !== 'created') throw new Error(made.outcome);
  return made.record;
}

it('gives the lock to one of two simultaneous starts', async () => {
  const store = newStore();
  const [one, two] = [requestFor('build'), requestFor('build')];
  const outcomes = await Promise.all([store.create(one, 1), store.create(two, 2)]);
  const holder = await store.activeRun('default');
  expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['created', 'locked']);
  expect(outcomes.find(({ outcome }) => outcome === 'locked')).toEqual({
    outcome: 'locked',
    holder,
  });
  expect(await store.recent()).toEqual([holder]);
});

it('creates a run once', async () => {
  const store = newStore();
  const request = requestFor('build');
  await store.create(request, 1);
  expect(await store.create(request, 2)).toMatchObject({ outcome: 'exists' });
  expect((await store.read(request.runId))?.events).toHaveLength(1);
});

it('accepts one of two writes after the same journal length', async () => {
  const store = newStore();
  const record = await created(store);
  const started = { at: 2, type: 'step_started', step: 'a', epoch: 1 } as const;
  const outcomes = await Promise.all([
    store.append(record, started),
    store.append(record, started),
  ]);
  expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['appended', 'stale']);
  expect((await store.read(record.state.request.runId))?.events).toHaveLength(2);
});

it('rejects an event that may not follow', async () => {
  const store = newStore();
  const record = await created(store);
  const append = store.append(record, { at: 2, type: 'run_cancelled' });
  await expect(append).rejects.toMatchObject({ fault: { code: 'illegal_move' } });
  expect((await store.read(record.state.request.runId))?.events).toHaveLength(1);
});

it('releases the lock with the last event, and a retry takes it again unless another run holds it', async () => {
  const store = newStore();
  const first = await created(store);
  const failed = await store.append(first, { at: 2, type: 'run_failed' });
  if (failed.outcome !== 'appended') throw new Error(failed.outcome);
  expect(await store.activeRun('default')).toBeUndefined();
  const second = await created(store);
  const retry = { at: 3, type: 'run_retried', by: olivia, requestId: 'q' } as const;
  const holder = second.state.request.runId;
  expect(await store.append(failed.record, retry)).toEqual({ outcome: 'locked', holder });
  await store.append(second, { at: 4, type: 'run_succeeded' });
  expect(await store.append(failed.record, retry)).toMatchObject({ outcome: 'appended' });
  expect(await store.activeRun('default')).toBe(first.state.request.runId);
});

it('keeps a run open until its whole journal is shown', async () => {
  const store = newStore();
  const record = await created(store);
  const { runId } = record.state.request;
  await store.append(record, { at: 2, type: 'run_failed' });
  expect(await store.settle(runId, 1)).toBe(false);
  expect(await store.open()).toEqual([runId]);
  expect(await store.settle(runId, 2)).toBe(true);
  expect(await store.open()).toEqual([]);
});

it('lists recent runs of one gateway and of all, newest first', async () => {
  const store = newStore();
  const ids = [];
  for (const [index, target] of ['one', 'two', 'three'].entries()) {
    const request = requestFor('build', { target });
    await store.create(request, index);
    ids.unshift(request.runId);
  }
  expect(await store.recent()).toEqual(ids);
  expect(await store.recent({ limit: 1 })).toEqual(ids.slice(0, 1));
  expect(await store.recent({ target: 'one' })).toEqual(ids.slice(2));
});

it('stores the card, also when a post was started and never saved', async () => {
  const store = newStore();
  expect(await store.card('r-1')).toEqual({
    ts: undefined,
    posting: false,
    renderedAt: 0,
    shown: 0,
  });
  await store.saveCard('r-1', { posting: true });
  expect(await store.card('r-1')).toMatchObject({ ts: undefined, posting: true });
  await store.saveCard('r-1', { ts: '1.2', posting: false, renderedAt: 5, shown: 3 });
  expect(await store.card('r-1')).toEqual({ ts: '1.2', posting: false, renderedAt: 5, shown: 3 });
});

it('fails fast on an unreachable Redis when a person waits for a response', async () => {
  const redis = connectRedis('unix:///nonexistent/redis.sock', { failFast: true });
  await expect(redis.get('x')).rejects.toThrow();
  redis.disconnect();
});

it.each([
  [
    'redis://user:p%40ss@host:6380/2',
    { host: 'host', port: 6380, db: 2, username: 'user', password: 'p@ss' },
  ],
  ['rediss://host', { host: 'host', port: 6379, db: 0, tls: { servername: 'host' } }],
  ['unix:///tmp/some%20where.sock?db=3', { path: '/tmp/some where.sock', db: 3 }],
])('reads the URL %s', (url, options) => {
  const redis = connectRedis(url);
  expect(redis.options).toMatchObject({ ...options, maxRetriesPerRequest: null });
  redis.disconnect();
});

it('reaches the Redis that the suite started', async () => {
  const redis = connectRedis(redisUrl());
  expect(await redis.ping()).toBe('PONG');
  redis.disconnect();
});
