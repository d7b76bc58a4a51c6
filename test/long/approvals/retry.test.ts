// Retries that require approval: fresh approvals, stale approvals, and roles looked up again.
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultRule } from '../../../sandbox/core/faults.ts';
import type { JournalEvent } from '../../../src/engine/journal.ts';
import { connectRedis } from '../../../src/kernel/redis.ts';
import { createRunStore, type RunStore } from '../../../src/engine/run-store.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';
import { meetPeople, type People } from './people.ts';

const olivia = 'U0OLIVIA';
const alice = 'U0ALICE';
const bob = 'U0BOB';
const nadia = 'U0NADIA';
const hour = 3_600_000;

let sandbox: TestSandbox;
let people: People;
let redis: Redis;
let store: RunStore;
beforeAll(async () => {
  sandbox = await startTestSandbox({
    speed: 1_500,
    botEnv: {
      LLMGW_OPERATORS: `${olivia},${bob},S0OPERATORS`,
      LLMGW_TWO_PERSON: 'provision,teardown',
      QUOTA: '100/minute',
    },
  });
  people = meetPeople(sandbox);
  people.userGroups[0]?.users.push(nadia);
  redis = connectRedis(sandbox.redis.url);
  store = createRunStore(redis);
}, 60_000);
afterAll(async () => {
  redis?.disconnect();
  await people?.stop();
  await sandbox?.stop();
});

const question = (as: string, words: RegExp) =>
  people.question(as, new RegExp(`Approve this[^]*${words.source}`));

const stateOf = async (runId: string) => (await store.read(runId))?.state;
const statusOf = async (runId: string) => (await stateOf(runId))?.status;
const becomes = (runId: string, status: string) =>
  expect.poll(() => statusOf(runId), { timeout: 120_000 }).toBe(status);

async function newestRun(runbook: string): Promise<string> {
  const find = async () => {
    const [id] = await store.recent();
    return id?.startsWith(runbook) === true ? id : undefined;
  };
  await expect.poll(find, { timeout: 60_000 }).toBeDefined();
  return (await find()) ?? expect.fail();
}

/** Cancels the run while a service delays a step, so that the step cannot have ended. */
async function cancelIn(step: string, hangs: object, start: () => Promise<string>) {
  const { id } = sandbox.context.faults.add(
    faultRule.parse({ ...hangs, action: { kind: 'delay', ms: 600_000 } }),
  );
  const runId = await start();
  const stepOf = async () => (await stateOf(runId))?.steps[step]?.phase;
  await expect.poll(stepOf, { timeout: 120_000, interval: 20 }).toBe('apply');
  await people.command(olivia, `cancel ${runId}`);
  await becomes(runId, 'cancelled');
  sandbox.context.faults.remove(id);
  return runId;
}

/** Ages every decision and every event of the run by that much time. */
async function grow(runId: string, ms: number): Promise<void> {
  const key = `llmgw:run:${runId}:journal`;
  const events = (await redis.lrange(key, 0, -1)).map((line) => JSON.parse(line) as JournalEvent);
  for (const [index, event] of events.entries()) {
    await redis.lset(key, index, JSON.stringify({ ...event, at: event.at - ms }));
  }
  for (const id of await people.questions()) {
    const text = await redis.hget(`llmgw:approval:${id}`, 'decision');
    if (text === null) continue;
    const decision = JSON.parse(text) as { at: number };
    const older = JSON.stringify({ ...decision, at: decision.at - ms });
    await redis.hset(`llmgw:approval:${id}`, 'decision', older);
  }
}

const helm = { service: 'registry' };
let built = '';

test('a cancelled run continues without a new approval while its own is fresh and covers it', async () => {
  built = await cancelIn('install-apigee-operator', helm, async () => {
    await people.command(olivia, 'provision --yes');
    await people.press(bob, 'Approve', await question(bob, /asked to provision/));
    return newestRun('provision');
  });
  const asked = await people.questions();
  await people.command(alice, `retry ${built}`);
  await people.sees(alice, /Only operators can do this/);
  await people.command(olivia, `retry ${built}`);
  await becomes(built, 'succeeded');
  expect(await people.questions()).toEqual(asked);
  expect((await stateOf(built))?.approval?.by.user).toBe(bob);
}, 240_000);

let gone = '';

test('a retry of a teardown hours later needs a new approval, one for two people who use the old card', async () => {
  gone = await cancelIn(
    'undo-create-cluster',
    { service: 'gke', operation: 'DeleteCluster' },
    async () => {
      await people.command(olivia, 'teardown default --confirm default');
      await people.press(nadia, 'Approve', await question(nadia, /asked to tear down/));
      return newestRun('teardown');
    },
  );
  await grow(gone, 2 * hour);
  const card = await people.sees(olivia, /Cancelled[^]*"Retry"/);
  await people.press(nadia, 'Retry', card);
  await question(bob, /U0NADIA> asked to retry the teardown of/);
  const asked = await people.waiting();
  expect(asked).toHaveLength(1);
  await people.press(olivia, 'Retry', card);
  await people.sees(olivia, /Waiting for approval/);
  expect(await people.waiting()).toEqual(asked);
  expect(await statusOf(gone)).toBe('cancelled');
}, 240_000);

test('a request of a former operator cannot be approved', async () => {
  const [group = expect.fail()] = people.userGroups;
  group.users = group.users.filter((user) => user !== nadia);
  await people.command(nadia, `retry ${gone}`);
  await people.sees(nadia, /Only operators can do this/);
  await people.press(bob, 'Approve', await question(bob, /asked to retry the teardown of/));
  await people.sees(bob, /U0NADIA> requested this and is no longer an operator/);
  await people.press(bob, 'Decline', await question(bob, /asked to retry the teardown of/));
  await people.sees(bob, /Declined\*? by <@U0BOB>/);
  expect(await statusOf(gone)).toBe('cancelled');
}, 60_000);

test('a cancelled run cannot be retried a day after its end, and the answer names the command', async () => {
  await grow(gone, 25 * hour);
  await people.command(olivia, `retry ${gone}`);
  const told = await people.sees(olivia, /can be retried for 24 hours/);
  expect(JSON.stringify(told)).toContain('/llmgw teardown');
  expect(await statusOf(gone)).toBe('cancelled');
}, 60_000);

test('a new teardown starts after the expiry of the old one, once its approver is checked', async () => {
  await people.command(olivia, 'teardown default --confirm default');
  await people.press(bob, 'Approve', await question(bob, /asked to tear down gateway `default`\./));
  await people.sees(olivia, /The gateway `default` is gone/);
}, 120_000);
