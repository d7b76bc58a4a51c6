// Kills (-9) of the bot during a provisioning, which continues and creates nothing twice.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectRedis } from '../../../src/kernel/redis.ts';
import { createRunStore } from '../../../src/engine/run-store.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await startTestSandbox();
}, 60_000);
afterAll(() => sandbox.stop());

/** Steps whose start triggers the kill: an operation of Google's, helm, the verification. */
const killAt = ['create-cluster', 'install-apigee-operator', 'prove-protection'];

test('a run whose bot is killed in three steps ends with a ready gateway', async () => {
  const redis = connectRedis(sandbox.redis.url);
  const store = createRunStore(redis);
  const statusOf = async (step: string): Promise<string | undefined> => {
    const [runId = ''] = await store.recent();
    return (await store.read(runId))?.state.steps[step]?.status;
  };
  const run = sandbox.say('/llmgw provision --yes', { wait: true });
  for (const step of killAt) {
    await expect.poll(() => statusOf(step), { timeout: 60_000, interval: 20 }).toBe('running');
    const before = sandbox.bot.pid();
    process.kill(before ?? 0, 'SIGKILL');
    await expect.poll(() => sandbox.bot.pid(), { timeout: 10_000 }).not.toBe(before);
  }
  const { text, exitCode } = await run;
  redis.disconnect();
  expect(text).toContain('The gateway is ready');
  expect(exitCode).toBe(0);
  expect(sandbox.bot.restarts()).toBe(killAt.length);
}, 180_000);

test('the killed run created no cluster, service account or developer twice', () => {
  const gke = sandbox.context.state<{ operations: Record<string, { type: string }> }>(
    'gke',
    () => ({
      operations: {},
    }),
  );
  expect(Object.values(gke.operations).map((operation) => operation.type)).toEqual([
    'CREATE_CLUSTER',
  ]);
  const apigee = sandbox.context.state<{
    organizations: Record<string, { developers: object; products: object; environments: object }>;
  }>('apigee', () => ({ organizations: {} }));
  const [organization] = Object.values(apigee.organizations);
  // The verification deleted the probe developer.
  expect(Object.keys(organization?.developers ?? {})).toEqual([]);
  expect(Object.keys(organization?.products ?? {})).toEqual(['llm-product']);
  expect(Object.keys(organization?.environments ?? {})).toEqual(['apim-op-env']);
});

test('the channel shows one card for the killed run', () => {
  const { messages } = sandbox.context.state<{
    messages: Record<string, { byBot: boolean; threadTs?: string; text: string }[]>;
  }>('slack', () => ({ messages: {} }));
  const cards = (messages['C0GATEWAY'] ?? []).filter(
    (message) => message.byBot && message.threadTs === undefined,
  );
  expect(cards).toHaveLength(1);
});
