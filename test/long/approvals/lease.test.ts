// Leases under `LLMGW_TWO_PERSON=teardown`: no `--for` ends a gateway without an approver.
import { quiet } from '../../support/engine.ts';
import type { Lease } from '../../../src/gateway/runs.ts';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type WatchStore, createWatchStore } from '../../../jobs/health/watch/store.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';
import { meetPeople, type People } from './people.ts';

const olivia = 'U0OLIVIA';
const bob = 'U0BOB';
const nadia = 'U0NADIA';
const hour = 3_600_000;

let sandbox: TestSandbox;
let people: People;
let redis: Redis;
let kept: WatchStore;
beforeAll(async () => {
  sandbox = await startTestSandbox({
    speed: 1_500,
    botEnv: {
      LLMGW_OPERATORS: `${olivia},${bob},S0OPERATORS`,
      LLMGW_TWO_PERSON: 'teardown',
      WATCH_SECONDS: '0.3',
      QUOTA: '100/minute',
    },
  });
  people = meetPeople(sandbox);
  people.userGroups[0]?.users.push(nadia);
  redis = new Redis(sandbox.environment['REDIS_URL'] ?? '', { maxRetriesPerRequest: null });
  kept = createWatchStore(redis, 'llmgw', quiet);
}, 60_000);
afterAll(async () => {
  redis?.disconnect();
  await people?.stop();
  await sandbox?.stop();
});

const question = (as: string, words: RegExp) =>
  people.question(as, new RegExp(`Approve this[^]*${words.source}`));

const lease = (): Promise<Lease | undefined> => kept.leases.read('default');

async function setLease(change: Partial<Lease>): Promise<void> {
  await expect
    .poll(async () => {
      const now = await lease();
      return now !== undefined && kept.leases.replace('default', now, { ...now, ...change });
    })
    .toBe(true);
}

/** Runs of a runbook that have succeeded, by their cards in the journal. */
async function succeeded(count: number): Promise<void> {
  const ended = async () => {
    const journals = await Promise.all(
      (await people.runs()).map((run) => redis.lindex(`llmgw:run:${run}:journal`, -1)),
    );
    return journals.filter((line) => line?.includes('"run_succeeded"')).length;
  };
  await expect.poll(ended, { timeout: 120_000 }).toBe(count);
}

test('a provision without a lease needs no approver', async () => {
  await people.command(olivia, 'provision --yes');
  await succeeded(1);
}, 150_000);

test('a declined teardown cannot be replaced by a lease: `provision --for 1m --yes` asks the approver', async () => {
  await people.command(olivia, 'teardown default --confirm default');
  await people.press(bob, 'Decline', await question(bob, /asked to tear down/));
  await people.command(olivia, 'provision --for 1m --yes');
  await people.press(bob, 'Decline', await question(bob, /asked to provision[^]*Lease: torn down/));
  await people.sees(olivia, /Declined\*? by [^]*asked to provision/);
  expect(await people.runs()).toHaveLength(1);
  expect(await lease()).toBeUndefined();
}, 90_000);

test('the plan of a lease offers its approval, not a start', async () => {
  await people.command(olivia, 'provision --for 2h');
  const plan = await people.sees(olivia, /Provision gateway default\?/);
  expect(JSON.stringify(plan.blocks)).toContain('Request approval');
  await people.press(olivia, 'Request approval', plan);
  await people.press(nadia, 'Approve', await question(nadia, /Lease: torn down 2 h/));
  await succeeded(2);
  await expect.poll(lease, { timeout: 60_000 }).toMatchObject({
    by: { user: olivia },
    approvedBy: { user: nadia },
  });
}, 120_000);

test('a longer lease needs no approver, and the approver of the earlier end stays with it', async () => {
  const before = await lease();
  await people.command(olivia, 'provision --for 8h --yes');
  await succeeded(3);
  await expect
    .poll(async () => (await lease())?.until, { timeout: 60_000 })
    .toBeGreaterThan((before?.until ?? 0) + 5 * hour);
  expect(await lease()).toMatchObject({ approvedBy: { user: nadia } });
}, 120_000);

test('a shorter lease needs the approver', async () => {
  const before = await lease();
  await people.command(olivia, 'provision --for 1h --yes');
  await people.press(bob, 'Decline', await question(bob, /Lease: torn down 1 h/));
  await people.sees(olivia, /Declined\*? by [^]*asked to provision/);
  expect(await people.runs()).toHaveLength(3);
  expect((await lease())?.until).toBe(before?.until);
}, 60_000);

test('a lease of a former operator’s approval ends without a teardown, with a notice', async () => {
  const [group = expect.fail()] = people.userGroups;
  group.users = group.users.filter((user) => user !== nadia);
  await setLease({ until: Date.now() - 1_000 });
  const told = await people.sees(olivia, /Lease ended, teardown blocked/);
  expect(told.text).toMatch(/no longer an operator/);
  expect(JSON.stringify(told.blocks)).toContain('/llmgw teardown');
  expect(await people.runs()).toHaveLength(3);
  expect(await lease()).toMatchObject({ lapsed: { code: 'needs_approval' } });
}, 60_000);

test('a lease without an approval, set before the setting was switched on, ends without a teardown', async () => {
  const now = (await lease()) ?? expect.fail();
  const { gateway, since, lengthMs, by } = now;
  const plain = { gateway, since, lengthMs, by };
  const until = Date.now() - 500;
  expect(await kept.leases.replace('default', now, { ...plain, until })).toBe(true);
  await expect
    .poll(lease, { timeout: 60_000 })
    .toMatchObject({ until, lapsed: { code: 'needs_approval' } });
  expect(await people.runs()).toHaveLength(3);
}, 60_000);

test('the worker refuses the start of a lease teardown without a stored lease', async () => {
  const { Queue } = await import('bullmq');
  const commands = new Queue('commands', { connection: redis, prefix: 'llmgw:queue' });
  const request = {
    runId: 'teardown-default-forged',
    runbook: 'teardown',
    target: 'default',
    input: {},
    by: { user: olivia, channel: 'C0GATEWAY' },
  };
  await commands.add('start', { op: 'start', request: { ...request, origin: 'lease' } });
  const own = { ...request, runId: 'teardown-default-own', approvedBy: bob };
  const approval = { id: 'none', by: { user: bob, channel: bob } };
  await commands.add('start', { op: 'start', request: { ...own, approval } });
  await people.sees(olivia, /does not belong to the current lease of default/);
  await people.sees(olivia, /This run needs an approval from another operator/);
  expect(await people.runs()).toHaveLength(3);
  await commands.close();
}, 60_000);

test('a lease approved by a second operator tears down the gateway at its end', async () => {
  await people.command(olivia, 'provision --for 1m --yes');
  await people.press(bob, 'Approve', await question(bob, /Lease: torn down (60 s|1 min)/));
  await succeeded(4);
  await expect.poll(lease, { timeout: 60_000 }).toMatchObject({ approvedBy: { user: bob } });
  await setLease({ until: Date.now() - 1_000 });
  await people.sees(olivia, /The gateway `default` is gone/);
  await expect.poll(lease, { timeout: 60_000 }).toBeUndefined();
}, 240_000);
