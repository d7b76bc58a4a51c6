// Runs with a worker frozen for longer than its locks, or Redis killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connectRedis } from '../../../src/kernel/redis.ts';
import { createRunStore, type RunRecord, type RunStore } from '../../../src/engine/run-store.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';

let sandbox: TestSandbox;
let redis: Redis;
let store: RunStore;
const others: ChildProcess[] = [];

beforeAll(async () => {
  sandbox = await startTestSandbox({ speed: 200 });
  redis = connectRedis(sandbox.redis.url);
  store = createRunStore(redis);
}, 180_000);
afterEach(() => sandbox.bot.kill('SIGCONT'));
afterAll(async () => {
  for (const other of others) other.kill('SIGKILL');
  redis?.disconnect();
  await sandbox?.stop();
});

/** A second replica of the bot; Slack's requests go to the first. */
async function startReplica(): Promise<ChildProcess> {
  const entry = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
  const { PATH = '', HOME = '' } = process.env;
  const [PORT, HEALTH_PORT] = await Promise.all([freePort(), freePort()]);
  const env = { PATH, HOME, ...sandbox.environment, PORT, HEALTH_PORT };
  const replica = spawn(process.execPath, [entry], { env, stdio: 'ignore' });
  others.push(replica);
  return replica;
}

async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return String(typeof address === 'object' ? address?.port : address);
}

async function read(): Promise<RunRecord | undefined> {
  const [newest = ''] = await store.recent();
  return store.read(newest);
}

/** Waits until the newest run is at a step; in the given phase, if one is given. */
async function untilAt(step: string, phase?: string): Promise<void> {
  const where = async (): Promise<string> => {
    const found = (await read())?.state.steps[step];
    const at = phase === undefined ? '' : ` ${found?.phase ?? ''}`;
    return `${found?.status ?? 'pending'}${at}`;
  };
  const there = phase === undefined ? 'running' : `running ${phase}`;
  await expect.poll(where, { timeout: 120_000, interval: 10 }).toBe(there);
}

async function untilResumed(step: string): Promise<void> {
  const resumed = async (): Promise<boolean> => {
    const events = (await read())?.events ?? [];
    return events.some((event) => event.type === 'run_resumed' && event.step === step);
  };
  await expect.poll(resumed, { timeout: 120_000, interval: 20 }).toBe(true);
}

/** Every step finished once, the run ended once, and one card shows it. */
async function expectOnce(): Promise<void> {
  const record = await read();
  const events = record?.events ?? [];
  const finished = events.flatMap((one) => (one.type === 'step_finished' ? [one.step] : []));
  expect(finished.toSorted()).toEqual(Object.keys(record?.state.steps ?? {}).toSorted());
  expect(events.filter(({ type }) => type === 'run_succeeded')).toHaveLength(1);
  const runId = record?.state.request.runId ?? '';
  const { messages } = sandbox.context.state<{
    messages: Record<string, { threadTs?: string; metadata?: unknown }[]>;
  }>('slack', () => ({ messages: {} }));
  const cards = Object.values(messages)
    .flat()
    .filter(({ threadTs }) => threadTs === undefined)
    .filter(({ metadata }) => JSON.stringify(metadata ?? null).includes(runId));
  expect(cards).toHaveLength(1);
  expect(sandbox.context.unknown).toEqual([]);
}

function clusterOperations(): string[] {
  const { operations } = sandbox.context.state<{ operations: Record<string, { type: string }> }>(
    'gke',
    () => ({ operations: {} }),
  );
  return Object.values(operations).map(({ type }) => type);
}

test(
  'a run continues in another worker while its own is frozen in the cluster creation and in helm',
  { timeout: 300_000 },
  async () => {
    const said = sandbox.say('/llmgw provision --yes', { wait: true });
    await untilAt('create-cluster', 'apply');
    sandbox.bot.kill('SIGSTOP');
    const replica = await startReplica();
    await untilResumed('create-cluster');
    sandbox.bot.kill('SIGCONT');
    // Ensures that the first bot runs the next step.
    replica.kill('SIGTERM');
    await once(replica, 'exit');

    await untilAt('install-apigee-operator', 'apply');
    sandbox.bot.kill('SIGSTOP');
    await startReplica();
    await untilResumed('install-apigee-operator');
    sandbox.bot.kill('SIGCONT');

    const { text, exitCode } = await said;
    expect(text).toContain('The gateway is ready');
    expect(exitCode).toBe(0);
    await expectOnce();
    expect(clusterOperations()).toEqual(['CREATE_CLUSTER']);
  },
);

/** Kills Redis while the run is at each of these steps; it restarts with its append-only file. */
async function killRedisAt(steps: readonly string[]): Promise<void> {
  for (const step of steps) {
    await untilAt(step);
    const before = sandbox.redis.restarts();
    sandbox.redis.kill('SIGKILL');
    await expect.poll(() => sandbox.redis.restarts(), { timeout: 60_000 }).toBe(before + 1);
  }
}

test('a teardown continues after a kill of Redis', { timeout: 300_000 }, async () => {
  const said = sandbox.say('/llmgw teardown default --confirm default', { wait: true });
  await killRedisAt(['undo-install-apigee-operator', 'undo-create-cluster']);
  const { text, exitCode } = await said;
  expect(text).toContain('is gone');
  expect(exitCode).toBe(0);
  await expectOnce();
  expect(clusterOperations()).toEqual(['CREATE_CLUSTER', 'DELETE_CLUSTER']);
  expect((await sandbox.get<{ billable: unknown }>('/_sandbox/world')).billable).toEqual([]);
});

test('a provisioning continues after a kill of Redis', { timeout: 300_000 }, async () => {
  const said = sandbox.say('/llmgw provision --yes', { wait: true });
  await killRedisAt(['create-cluster', 'install-apigee-operator', 'prove-protection']);
  const { text, exitCode } = await said;
  expect(text).toContain('The gateway is ready');
  expect(exitCode).toBe(0);
  await expectOnce();
  expect(clusterOperations()).toEqual(['CREATE_CLUSTER', 'DELETE_CLUSTER', 'CREATE_CLUSTER']);
});
