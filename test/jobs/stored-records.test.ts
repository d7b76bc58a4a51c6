// Stored records in Redis from another version or damaged: treated as absent.
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { keepEnding, readEnding } from '../../jobs/ask/stored-ending.ts';
import { createAskStore } from '../../jobs/ask/store.ts';
import type { ApprovalRequest } from '../../jobs/approvals/questions.ts';
import { createApprovals } from '../../jobs/approvals/store.ts';
import { firstMemory } from '../../jobs/health/watch/memory.ts';
import { createWatchStore } from '../../jobs/health/watch/store.ts';
import type { HomeReport } from '../../jobs/home/report.ts';
import { createHomeStore } from '../../jobs/home/store.ts';
import { endQuotaRequest } from '../../jobs/quota/follow-runs.ts';
import { quotaRequestRef } from '../../jobs/quota/quota-request.ts';
import { createRunStore } from '../../src/engine/run-store.ts';
import { createQueues } from '../../src/engine/queue.ts';
import { fail } from '../../src/kernel/errors.ts';
import type { Lease } from '../../src/gateway/runs.ts';
import { connectRedis } from '../../src/kernel/redis.ts';
import { createTexts } from '../../src/kernel/texts.ts';
import { createSlackMemory } from '../../src/slack/send/slack-memory.ts';
import { wholeAnswer } from '../slack/whole-answer.ts';
import { olivia, quiet, redisUrl } from '../support/engine.ts';

const redis = connectRedis(redisUrl());
const prefix = `test-${randomUUID()}`;
afterAll(() => redis.quit());

const damaged = ['{', 'null', '7', '[]', '{"version":9}', '"a text"'];

describe.each(damaged)('a record with the content %s', (text) => {
  const id = `r-${Buffer.from(text).toString('hex')}`;

  test('is not a message, modal, answer, profile or session, and a delivery stays handled', async () => {
    const memory = createSlackMemory(redis, prefix, quiet);
    for (const kind of ['modal', 'message', 'answer', 'session-of', 'delivery']) {
      await redis.set(`${prefix}:slack:${kind}:${id}`, text);
    }
    expect(await memory.modal(id)).toBeUndefined();
    expect(await memory.message(id)).toBeUndefined();
    expect(await memory.answer(id)).toBeUndefined();
    expect(await memory.sessionOf(id)).toBeUndefined();
    expect(await memory.doneDelivery(id)).not.toBeUndefined();
    expect(await memory.takeDelivery(id)).toBe(false);
    await memory.saveMessage(id, { channel: 'C0A', ts: '1.1' });
    expect(await memory.message(id)).toEqual({ channel: 'C0A', ts: '1.1' });
  });

  test('is not an approval: the question is asked again, and nothing is decided before', async () => {
    const approvals = createApprovals(redis, prefix, quiet);
    for (const field of ['request', 'decision']) {
      const asked = { ...request, id: `${id}-${field}` };
      await approvals.open(asked, Date.now() + 60_000);
      await approvals.addPlace(asked.id, { channel: 'C0A', ts: '1.1' });
      await redis.rpush(`${prefix}:approval:${asked.id}:places`, text);
      expect(await approvals.places(asked.id)).toEqual([{ channel: 'C0A', ts: '1.1' }]);
      await redis.hset(`${prefix}:approval:${asked.id}`, field, text);
      expect(await approvals.read(asked.id)).toBeUndefined();
      expect((await approvals.waiting()).map((one) => one.request.id)).not.toContain(asked.id);
      const again = await approvals.open(asked, Date.now() + 60_000);
      expect(again).toMatchObject({ request: asked, decision: undefined });
      const decision = { by: 'U0BOB', verdict: 'approved', at: Date.now() } as const;
      expect(await approvals.decide(asked.id, decision)).toEqual(decision);
    }
  });

  test('is not a Home report or a notice', async () => {
    const homes = createHomeStore(redis, prefix, quiet);
    for (const kind of ['kept', 'notice']) await redis.set(`${prefix}:home:${kind}:${id}`, text);
    expect(await homes.kept(id)).toBeUndefined();
    expect(await homes.notice(id)).toBeUndefined();
  });

  test('is not a state, subscription or lease of a watch, and a new lease replaces it', async () => {
    const { memory, subscriptions, leases } = createWatchStore(redis, prefix, quiet);
    await redis.set(`${prefix}:watch:${id}`, text);
    await redis.set(`${prefix}:lease:${id}`, text);
    expect(await memory(id)).toBeUndefined();
    expect(await leases.read(id)).toBeUndefined();
    expect(await leases.replace(id, undefined, { ...lease, gateway: id })).toBe(true);
    expect(await leases.read(id)).toEqual({ ...lease, gateway: id });
    await redis.hset(`${prefix}:subscriptions`, id, text);
    expect(await subscriptions.of(id)).toEqual([]);
    expect((await subscriptions.all())[id]).toEqual([]);
  });

  test('is not a turn of a conversation: the others stay', async () => {
    const asks = createAskStore(redis, prefix, quiet);
    const turn = { job: 'ask-1', prompt: 'Why?', answer: 'Because.' };
    await asks.addTurn(id, 'default', turn);
    await redis.rpush(`${prefix}:ask:turns:${id}`, text);
    expect(await asks.turns(id)).toEqual([turn]);
    await asks.close();
  });

  test('is not a stored outcome or a quota request of a run', async () => {
    const texts = createTexts(redis, prefix, quiet);
    await texts.keep(`ending-${id}`, text, 60_000);
    expect(await readEnding({ texts }, id)).toBeUndefined();
    await texts.keep(quotaRequestRef(id), text, 60_000);
    const queues = { enqueue: () => expect.fail('enqueued') };
    const end = { end: { status: 'succeeded' }, ending: 'x' } as const;
    await endQuotaRequest({ texts, queues }, id, 'default', end);
  });

  test('is not a journal: the run fails with a typed fault, and lists omit it', async () => {
    const own = `test-${randomUUID()}`;
    const store = createRunStore(redis, own);
    const queues = createQueues({ redis, prefix: own, jobs: [] });
    const run = { runbook: 'provision', input: {}, by: olivia };
    await store.create({ ...run, runId: 'provision-a', target: 'a' }, 1);
    await store.create({ ...run, runId: 'provision-b', target: 'b' }, 2);
    await redis.rpush(`${own}:run:provision-a:journal`, text);
    await expect(store.read('provision-a')).rejects.toMatchObject({
      fault: { kind: 'bug', code: 'journal_unreadable' },
    });
    const { running } = await queues.listJobs();
    expect(running.map((job) => job.id)).toEqual(['provision-b']);
    await queues.close();
  });
});

const request: ApprovalRequest = {
  kind: 'provision',
  id: 'question',
  gateway: 'default',
  by: { user: 'U0OLIVIA', channel: 'C0GATEWAY' },
  hash: 'h',
  runId: 'provision-default-1',
  covers: { config: 'c', due: { cluster: 'create' } },
  summary: ['Create (1): Cluster'],
};
const lease: Lease = { by: olivia, gateway: 'default', until: 9, lengthMs: 3, since: 1 };
const fault = fail('transient', 'unavailable', 'Apigee did not answer').fault;

test('a lease with extra fields or another field order is replaced', async () => {
  const { leases } = createWatchStore(redis, prefix, quiet);
  const kept = JSON.stringify({ newer: 1, ...lease, lapsed: fault });
  await redis.set(`${prefix}:lease:ordered`, kept);
  const before = await leases.read('ordered');
  expect(await leases.replace('ordered', before, { ...lease, extendedBy: 'U0BOB' })).toBe(true);
  expect(await leases.replace('ordered', before, undefined)).toBe(false);
});

test('a complete Home report is read as stored', async () => {
  const homes = createHomeStore(redis, prefix, quiet);
  const point = { at: 1, requests: 2, errors: 0 };
  const sent = {
    span: 'week',
    from: 1,
    to: 2,
    unitMs: 1,
    series: [{ name: 'a', points: [point] }],
  } as const;
  const row = { masked: '•••1a2b', issuedAt: 1, expiresAt: undefined, revokedBy: undefined };
  const app = { app: 'a', isMadeHere: true, isWorking: true };
  const quota = { gateway: 'default', isOwn: true, limit: 5, quota: '5 requests per minute', sent };
  const report: HomeReport = {
    user: 'U0ALICE',
    at: 1,
    gateways: [
      {
        gateway: 'default',
        status: {
          found: {
            gateway: 'default',
            state: 'degraded',
            cause: ['Run ', { command: 'doctor' }],
            endpoint: undefined,
            model: 'm',
            pods: { ready: 1, desired: 2 },
            provenAt: 3,
            lease: { until: 9 },
            lastRun: { id: 'r', runbook: 'provision', status: 'succeeded', at: 1 },
          },
        },
        activeRun: { id: 'r', runbook: 'provision', by: olivia, since: 1 },
        apps: { found: [{ ...app, rows: [{ ...row, state: 'usable' }] }] },
        quota: {
          found: { ...quota, user: 'U0ALICE', app: 'a', shownByApigee: undefined, used: [] },
        },
      },
      {
        gateway: 'staging',
        status: { fault },
        activeRun: undefined,
        apps: { fault },
        quota: { fault },
      },
    ],
  };
  await homes.keep(report);
  expect(await homes.kept('U0ALICE')).toEqual(JSON.parse(JSON.stringify(report)));
});

test('a watch state with every kind of notice is read as stored', async () => {
  const { memory, saveMemory } = createWatchStore(redis, prefix, quiet);
  const base = { id: 'n', gateway: 'default', at: 1 };
  const notices = [
    { ...base, event: 'ready', run: 'r' },
    { ...base, event: 'failed', run: 'r', runbook: 'provision' },
    { ...base, event: 'gone', run: undefined },
    {
      ...base,
      event: 'lease',
      until: 2,
      extendMs: 1,
      lapsed: fault,
      over: { how: 'ended', run: 'r' },
    },
    {
      ...base,
      event: 'protection',
      causes: [{ at: 1, text: ['Run ', { command: 'doctor' }] }],
      repairing: 'r',
      over: { at: 2, how: 'recovered' },
    },
  ] as const;
  const saved = {
    ...firstMemory([], 1),
    suspect: { since: 1, looks: 2 },
    notices: notices.map((notice) => ({ notice, version: 2, told: { C0A: 1 }, user: 'U0BOB' })),
  };
  await saveMemory('whole', saved);
  expect(await memory('whole')).toEqual(JSON.parse(JSON.stringify(saved)));
});

test('a stored outcome of each kind is read as stored', async () => {
  const texts = createTexts(redis, prefix, quiet);
  const parts = { texts, redact: (text: string) => text };
  const explained = {
    row: 'unknown',
    title: 'T',
    meaning: 'M',
    next: 'N',
    status: undefined,
    actions: [{ kind: 'again' }, { kind: 'later', label: 'L', at: 1 }],
  } as const;
  const said = { gateway: 'default', prompt: 'p', answer: 'a' };
  const endings = [
    { how: 'finish', answer: wholeAnswer('The answer.') },
    { how: 'explain', fault: explained, partial: '' },
    { how: 'stopped', partial: 'half' },
  ] as const;
  for (const ending of endings) {
    await keepEnding(parts, 'ask-whole', { ending, streams: true, said });
    expect(await readEnding(parts, 'ask-whole')).toEqual(
      JSON.parse(JSON.stringify({ ending, streams: true, said })),
    );
  }
});
