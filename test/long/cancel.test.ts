// Cancels during cluster creation, helm and a wait: card, leftovers and retry.
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { provision } from '../../jobs/provision/runbook.ts';
import { faultRule } from '../../sandbox/core/faults.ts';
import { connectRedis } from '../../src/kernel/redis.ts';
import { createRunStore, type RunStore } from '../../src/engine/run-store.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let redis: Redis;
let store: RunStore;
let runId = '';

beforeAll(async () => {
  // Slow enough that a creation of eight minutes is still under way when it is cancelled.
  sandbox = await startTestSandbox({ speed: 100 });
  redis = connectRedis(sandbox.redis.url);
  store = createRunStore(redis);
}, 180_000);
afterAll(async () => {
  redis?.disconnect();
  await sandbox?.stop();
});

const goesOn = 'Still running on Google Cloud:';
const mayHaveBegun = 'May still be running on Google Cloud:';

const moments = [
  {
    during: 'the creation of the cluster',
    step: 'create-cluster',
    phase: /^wait$/,
    says: [goesOn, 'creating the cluster', 'may cost money until'],
    saysNot: [],
  },
  {
    during: 'helm',
    step: 'install-apigee-operator',
    phase: /^apply$/,
    // It delays helm until its removal, so that the run can be in no other step.
    fault: { service: 'registry', action: { kind: 'delay', ms: 600_000 } },
    says: [/Interrupted: [^.]*Install Apigee operator/],
    saysNot: ['installing'],
  },
  {
    during: 'a wait that only reads',
    step: 'verify-inference',
    phase: /^(wait|retry)$/,
    isAlone: true,
    fault: {
      service: 'dataplane',
      action: { kind: 'status', status: 503, body: 'no healthy upstream' },
    },
    says: ['no healthy upstream'],
    saysNot: [goesOn, mayHaveBegun, 'Interrupted:', 'may cost money'],
  },
] as const;

test.each(moments)(
  'a cancel during $during stops the run, and the card lists resources and operations left over',
  { timeout: 240_000 },
  async (moment) => {
    const { step, says, saysNot } = moment;
    const fault = 'fault' in moment ? faultRule.parse(moment.fault) : undefined;
    if (fault !== undefined) {
      const { id } = sandbox.context.faults.add(fault);
      onTestFinished(() => void sandbox.context.faults.remove(id));
    }
    await sandbox.command(runId === '' ? '/llmgw provision --yes' : `/llmgw retry ${runId}`);
    await expect
      .poll(() => whereIs(step, 'isAlone' in moment), { timeout: 150_000, interval: 20 })
      .toMatch(moment.phase);
    [runId = ''] = await store.recent();
    await expect.poll(() => sandbox.cards(), { timeout: 60_000 }).toContain('Running: ');

    await sandbox.command(`/llmgw cancel ${runId}`);
    // The fault is still active, so only the cancel can have ended the step.
    await expect.poll(statusOfRun, { timeout: 60_000 }).toBe('cancelled');
    expect((await store.read(runId))?.state.steps[step]?.status).toBe('cancelled');
    expect(await store.activeRun('default')).toBeUndefined();
    await expect.poll(() => sandbox.cards(), { timeout: 60_000 }).toContain('*Cancelled*');
    const shown = sandbox.cards();
    expect(shown).toMatch(/steps finished and stay in place/);
    for (const words of says) expect(shown).toMatch(words);
    for (const words of saysNot) expect(shown).not.toMatch(words);
  },
);

test('the last retry ends with a ready gateway and one cluster', { timeout: 240_000 }, async () => {
  const { text, exitCode } = await sandbox.say(`/llmgw retry ${runId}`, { wait: true });
  expect(text).toContain('The gateway is ready');
  expect(exitCode).toBe(0);
  const { operations } = sandbox.context.state<{ operations: Record<string, { type: string }> }>(
    'gke',
    () => ({ operations: {} }),
  );
  expect(Object.values(operations).map(({ type }) => type)).toEqual(['CREATE_CLUSTER']);
});

/** The phase of the step while it runs; if required, only while no other step runs or is due. */
async function whereIs(step: string, alone: boolean): Promise<string> {
  const [newest = ''] = await store.recent();
  const { state } = (await store.read(newest)) ?? {};
  const { status, phase = '' } = state?.steps[step] ?? {};
  const isDone = (id: string): boolean => state?.steps[id]?.status === 'finished';
  // Steps that wait for this one alone do not start at the moment of the cancel.
  const others = provision.steps.filter(
    ({ id, needs }) => id !== step && !isDone(id) && needs.every(isDone),
  );
  const isThere = state?.status === 'running' && status === 'running';
  if (isThere && (!alone || others.length === 0)) return phase;
  // A failure then names the steps that run instead.
  const all = Object.entries(state?.steps ?? {}).map(([id, of]) => `${id} ${of.status}`);
  return `not there yet: ${state?.status} ${all.join(', ')}`;
}

async function statusOfRun(): Promise<string | undefined> {
  return (await store.read(runId))?.state.status;
}
