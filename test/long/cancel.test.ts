// Cancel while Google creates the cluster and while helm is at work: stopped at once, told so, and gone on with.
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultRule } from '../../sandbox/core/faults.ts';
import { connectRedis } from '../../src/runbook/redis.ts';
import { createRunStore, type RunStore } from '../../src/runbook/run-store.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let redis: Redis;
let store: RunStore;
let runId = '';

beforeAll(async () => {
  sandbox = await startTestSandbox({ speed: 3_000 });
  redis = connectRedis(sandbox.redis.url);
  store = createRunStore(redis);
}, 180_000);
afterAll(async () => {
  redis.disconnect();
  await sandbox.stop();
});

/** Each hangs or fails until it is taken away again, so that the run can be nowhere else. */
const moments = [
  {
    during: 'the creation of the cluster',
    step: 'create-cluster',
    fault: { service: 'gke', operation: 'GetOperation|ListOperations', action: hang() },
    begun: 'create the cluster',
  },
  {
    during: 'helm',
    step: 'install-apigee-operator',
    fault: { service: 'registry', action: hang() },
    begun: 'install the Apigee operator',
  },
] as const;

function hang() {
  return { kind: 'delay', ms: 600_000 } as const;
}

test.each(moments)(
  'during $during it stops, says what runs on, and a retry goes on',
  { timeout: 240_000 },
  async ({ step, fault, begun }) => {
    const { id } = sandbox.context.faults.add(faultRule.parse(fault));
    await sandbox.say(runId === '' ? '/llmgw provision --yes' : `/llmgw retry ${runId}`);
    await expect
      .poll(phaseOf(step), { timeout: 150_000, interval: 20 })
      .toMatch(/^(apply|wait|retry)/);
    [runId = ''] = await store.recent();
    await sandbox.say(`/llmgw cancel ${runId}`);
    // The fault is still there: nothing but the cancel can have ended the step.
    await expect.poll(() => statusOf(runId), { timeout: 60_000 }).toBe('cancelled');
    expect((await store.read(runId))?.state.steps[step]?.status).toBe('cancelled');
    expect(await store.lockHolder('default')).toBeUndefined();
    await expect.poll(() => cardText(), { timeout: 60_000 }).toContain('Cancelled');
    expect(cardText()).toContain('a retry goes on from here');
    expect(cardText()).toContain('runs on');
    expect(cardText().toLowerCase()).toContain(begun.toLowerCase());
    sandbox.context.faults.remove(id);
  },
);

function phaseOf(step: string): () => Promise<string> {
  return async () => {
    const [newest = ''] = await store.recent();
    const { state } = (await store.read(newest)) ?? {};
    const { status, phase = '' } = state?.steps[step] ?? {};
    if (state?.status === 'running' && status === 'running') return phase;
    // So that a failure says where the run is instead.
    const others = Object.entries(state?.steps ?? {}).map(([id, of]) => `${id} ${of.status}`);
    return `not there yet: ${state?.status} ${others.join(', ')}`;
  };
}

async function statusOf(run: string): Promise<string | undefined> {
  return (await store.read(run))?.state.status;
}

/** What the channel shows of the run, as its blocks have it. */
function cardText(): string {
  const { messages } = sandbox.context.state<{
    messages: Record<string, { byBot: boolean; threadTs?: string; blocks?: unknown }[]>;
  }>('slack', () => ({ messages: {} }));
  const cards = (messages['C0GATEWAY'] ?? []).filter(
    ({ byBot, threadTs }) => byBot && threadTs === undefined,
  );
  return JSON.stringify(cards);
}
