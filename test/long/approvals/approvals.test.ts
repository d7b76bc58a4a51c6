// Approvals of stale, unanswered or declined requests, by former operators, or during a kill.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApigeeState } from '../../../sandbox/apigee/state.ts';
import type { GoogleState } from '../../../sandbox/google/state.ts';
import type { AuditEntry } from '../../../src/kernel/audit-trail.ts';
import { kubeShell } from '../../../sandbox/test/support/kube-tools.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';
import { meetPeople, type People } from './people.ts';

const olivia = 'U0OLIVIA';
const alice = 'U0ALICE';
const bob = 'U0BOB';
const nadia = 'U0NADIA';

let sandbox: TestSandbox;
let people: People;
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
}, 60_000);
afterAll(async () => {
  await people?.stop();
  await sandbox?.stop();
});

/** The person's copy of the newest approval request. */
const question = (as: string, words: RegExp) =>
  people.question(as, new RegExp(`Approve this[^]*${words.source}`));

async function asked(text: string, words: RegExp): Promise<string> {
  const before = await people.questions();
  await people.command(olivia, text);
  await question(bob, words);
  const after = await people.questions();
  const [fresh = expect.fail('no new question')] = after.filter((one) => !before.includes(one));
  return fresh;
}

const whispersTo = async (as: string): Promise<string> =>
  JSON.stringify((await people.screen(as)).filter(({ ephemeral }) => ephemeral));

const onRecord = (desired: Partial<AuditEntry>) =>
  expect.poll(people.trail, { timeout: 60_000 }).toContainEqual(expect.objectContaining(desired));

test('a plan that is stale at its approval is shown again, and no run starts', async () => {
  await asked('provision --yes', /asked to provision/);
  const google = sandbox.context.state('google', (): GoogleState => expect.fail());
  const [project = expect.fail()] = Object.values(google.projects);
  // Somebody else has enabled the APIs, so the plan's first step is no longer due.
  project.enabledServices.push(
    ...['apigee', 'compute', 'container', 'networkservices', 'iam', 'cloudresourcemanager'].map(
      (name) => `${name}.googleapis.com`,
    ),
  );
  await people.press(bob, 'Approve', await question(bob, /asked to provision/));
  const anew = await people.sees(
    olivia,
    /Provision gateway default\?[^]*Enable APIs: create → unchanged/,
  );
  expect(JSON.stringify(anew.blocks)).toContain('Request approval');
  expect(await people.runs()).toEqual([]);
  await people.press(olivia, 'Request approval', anew);
  await people.sees(olivia, /Waiting for approval/);
  await onRecord({ what: 'plan.approve', who: olivia, via: 'job', outcome: 'asked' });
}, 120_000);

test('two operators who approve twice each, after a kill of the bot, start one run', async () => {
  const forBob = await question(bob, /asked to provision/);
  const forNadia = await question(nadia, /asked to provision/);
  await people.killBot();
  await Promise.all([
    people.press(bob, 'Approve', forBob),
    people.press(bob, 'Approve', forBob),
    people.press(nadia, 'Approve', forNadia),
    people.press(nadia, 'Approve', forNadia),
  ]);
  const decided = await people.sees(olivia, /Approved\*? by <@U0(BOB|NADIA)>/);
  const [, by = ''] = /by <@U0(BOB|NADIA)>/.exec(decided.text) ?? [];
  const other = by === 'BOB' ? nadia : bob;
  await expect
    .poll(() => whispersTo(other), { timeout: 20_000 })
    .toContain(`Approved by <@U0${by}>`);
  await people.sees(olivia, new RegExp(`by <@U0OLIVIA>, approved by <@U0${by}>`));
  await people.sees(olivia, /The gateway is ready and protected/);
  expect(await people.runs()).toHaveLength(1);
}, 240_000);

test('a declined request notifies its requester and starts no run', async () => {
  await asked('teardown default --confirm default', /asked to tear down/);
  await people.press(bob, 'Decline', await question(bob, /asked to tear down/));
  const told = await people.sees(olivia, /Declined\*? by <@U0BOB>[^]*Nothing started/);
  expect(told.channel).toMatch(/^D/);
  expect(told.text).toMatch(/Nothing started[^]*tear down[^]*Next: talk to <@U0BOB>/);
  await people.sees(nadia, /Declined\*? by <@U0BOB>/);
  expect(await people.runs()).toHaveLength(1);
}, 60_000);

test('an unanswered request expires with a notice, and a late approval starts no run', async () => {
  const id = await asked('teardown default --confirm default', /asked to tear down/);
  await people.runOut(id);
  await people.press(bob, 'Approve', await question(bob, /asked to tear down/));
  await people.sees(bob, /Request expired[^]*No operator decided in time/);
  await people.killBot();
  await people.endDue(id);
  const told = await people.sees(olivia, /No operator decided in time[^]*Request again/);
  expect(told.channel).toMatch(/^D/);
  const over = await people.sees(bob, /Expired[^]*No operator decided in time/);
  expect(JSON.stringify(over.blocks)).not.toContain('"Approve"');
  expect(await people.runs()).toHaveLength(1);
  // The button starts a new request.
  await people.press(olivia, 'Request again', told);
  await people.sees(olivia, /Tear down gateway `default`\?/);
}, 60_000);

test('a former operator cannot approve a request', async () => {
  await asked('teardown default --confirm default', /asked to tear down/);
  const forNadia = await question(nadia, /asked to tear down/);
  await people.command(nadia, 'audit --last 1');
  await people.sees(nadia, /1 audit entry/);
  const [group = expect.fail()] = people.userGroups;
  group.users = group.users.filter((user) => user !== nadia);
  await people.press(nadia, 'Approve', forNadia);
  await people.sees(nadia, /Only operators can do this/);
  await people.press(alice, 'Approve', await question(olivia, /asked to tear down/));
  await people.sees(alice, /Only operators can do this/);
  await people.press(olivia, 'Approve', await question(olivia, /asked to tear down/));
  await people.sees(olivia, /You can't approve your own request/);
  expect(await people.runs()).toHaveLength(1);
}, 60_000);

test('a teardown of changed resources is shown again, and removes everything once approved', async () => {
  const shell = kubeShell(await sandbox.clusterAccess());
  const stale = await question(bob, /asked to tear down/);
  await shell.kubectl(['delete', 'httproute', 'llm-route']);
  await people.press(bob, 'Approve', stale);
  const anew = await people.sees(olivia, /The resources changed since the approval/);
  expect(await people.runs()).toHaveLength(1);
  await people.act('click', { as: olivia, label: 'Tear down', messageTs: anew.ts });
  await people.submit(olivia, { name: 'default' });
  await people.press(bob, 'Approve', await question(bob, /asked to tear down/));
  await people.sees(olivia, /by <@U0OLIVIA>, approved by <@U0BOB>/);
  await people.sees(olivia, /The gateway `default` is gone/);
  const apigee = sandbox.context.state('apigee', (): ApigeeState => expect.fail());
  expect(Object.values(apigee.organizations).map(({ products }) => products)).toEqual([{}]);
}, 240_000);

test('the audit trail holds every request and every decision', async () => {
  for (const desired of [
    { what: 'approval.approve', who: bob, via: 'click', outcome: 'ok' },
    { what: 'plan.approve', via: 'job', outcome: 'stale', approvedBy: bob },
    { what: 'provision', who: olivia, via: 'run', outcome: 'succeeded' },
    { what: 'approval.deny', who: bob, via: 'click', outcome: 'ok' },
    { what: 'approval.approve', who: bob, outcome: 'refused' },
    { what: 'approval.expire', who: 'llmgw', for: olivia, outcome: 'ok' },
    { what: 'approval.approve', who: nadia, outcome: 'refused' },
    { what: 'approval.approve', who: alice, outcome: 'refused' },
    { what: 'approval.approve', who: olivia, outcome: 'refused' },
    { what: 'teardown.approve', who: olivia, via: 'job', outcome: 'stale', approvedBy: bob },
    { what: 'teardown', who: olivia, via: 'run', outcome: 'succeeded', approvedBy: bob },
  ]) {
    await onRecord(desired as Partial<AuditEntry>);
  }
}, 60_000);
