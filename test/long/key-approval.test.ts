// Gateways with KEY_APPROVAL=manual: verification, new keys, rotation, and edits in the console.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApigeeState } from '../../sandbox/apigee/state.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';
import { meetPeople, type People } from './approvals/people.ts';

const olivia = 'U0OLIVIA';
const alice = 'U0ALICE';

let sandbox: TestSandbox;
let people: People;
beforeAll(async () => {
  sandbox = await startTestSandbox({
    speed: 1_500,
    botEnv: { KEY_APPROVAL: 'manual', QUOTA: '100/minute' },
  });
  people = meetPeople(sandbox);
}, 60_000);
afterAll(async () => {
  await people?.stop();
  await sandbox?.stop();
});

function organization() {
  const apigee = sandbox.context.state('apigee', (): ApigeeState => expect.fail());
  return Object.values(apigee.organizations)[0] ?? expect.fail();
}
const product = () => organization().products['llm-product'] ?? expect.fail();
const alicesKeys = () =>
  Object.values(organization().developers['alice@example.com']?.apps ?? {}).flatMap((app) =>
    app.credentials.map(({ consumerKey, apiProducts: [ref] }) => ({
      consumerKey,
      status: ref?.status,
    })),
  );
const question = () => people.question(olivia, /Approve this[^]*asked for a key/);
const asks = async (text: string, words: RegExp) => {
  await people.command(alice, text);
  await people.modalOf(alice, words);
};

test('manual approval is in the plan, the resource and Apigee, and the verification passes', async () => {
  const plan = await sandbox.say('/llmgw plan', { wait: true });
  expect(plan.text).toContain('each new key needs an approval');
  const up = await sandbox.say('/llmgw provision --yes', { wait: true });
  expect(up.exitCode, up.text).toBe(0);
  await people.sees(olivia, /The gateway is ready and protected/);
  expect(product().approvalType).toBe('manual');
  const doctor = await sandbox.say('/llmgw doctor', { wait: true });
  expect(doctor.exitCode, doctor.text).toBe(0);
}, 120_000);

test('a key waits for an operator, works once approved, and its owner is notified', async () => {
  await asks('key', /Approval pending/);
  expect(alicesKeys()).toMatchObject([{ status: 'pending' }]);
  await people.press(olivia, 'Approve', await question());
  await people.sees(alice, /<@U0OLIVIA> approved your key/);
  expect(alicesKeys()).toMatchObject([{ status: 'approved' }]);
  const asked = async () =>
    (await sandbox.say('/llmgw ask What is the capital of France?', { as: alice, wait: true }))
      .text;
  await expect.poll(asked, { timeout: 60_000 }).toContain('Paris');
}, 60_000);

test('a rotated key waits for an operator, and the old one is revoked only after its approval', async () => {
  const [old = expect.fail()] = alicesKeys();
  await asks('key rotate --overlap 3s', /Approval pending[^]*Until then, the old key[^]*works/);
  // A second request returns the same waiting key.
  await asks('key rotate --overlap 3s', /Approval pending/);
  expect(alicesKeys()).toMatchObject([{ status: 'approved' }, { status: 'pending' }]);
  await people.command(alice, 'key list');
  const list = await people.sees(alice, /You have \d+ keys in 1 app[^]*approval pending/);
  expect(JSON.stringify(list.blocks)).not.toContain('replaced, works until');
  await people.press(olivia, 'Approve', await question());
  await people.sees(alice, /Rotation complete/);
  const now = alicesKeys();
  expect(now).toMatchObject([{ status: 'approved' }]);
  expect(now[0]?.consumerKey).not.toBe(old.consumerKey);
}, 60_000);

test('a denied rotation leaves the old key valid and the new one invalid', async () => {
  await asks('key rotate', /Approval pending/);
  await people.press(olivia, 'Decline', await question());
  await people.sees(alice, /<@U0OLIVIA> declined your key/);
  expect(alicesKeys()).toMatchObject([{ status: 'approved' }, { status: 'revoked' }]);
  const asked = await sandbox.say('/llmgw ask Hello?', { as: alice, wait: true });
  expect(asked.exitCode, asked.text).toBe(0);
}, 60_000);

test('a key without a decision does not work, and can be requested again', async () => {
  await asks('key --app ci', /Approval pending/);
  const before = await question();
  const [waiting = expect.fail()] = await people.waiting();
  await people.runOut(waiting);
  await people.endDue(waiting);
  const told = await people.sees(alice, /No operator decided in time/);
  expect(alicesKeys().filter(({ status }) => status === 'pending')).toHaveLength(1);
  await people.press(alice, 'Request again', told);
  await expect.poll(async () => (await question()).ts).not.toBe(before.ts);
  await people.press(olivia, 'Approve', await question());
  await people.sees(alice, /<@U0OLIVIA> approved your key[^]*llmgw-default\.ci/);
  expect(alicesKeys().filter(({ status }) => status === 'pending')).toEqual([]);
}, 60_000);

test('the doctor names a change made in the console, and Repair reverts it', async () => {
  product().approvalType = 'auto';
  const doctor = await sandbox.say('/llmgw doctor', { wait: true });
  expect(doctor.text).toMatch(/llm-product: approval auto instead of manual \(KEY_APPROVAL\)/);
  const report = await people.sees(olivia, /instead of manual[^]*Repair/);
  await people.press(olivia, 'Repair', report);
  await expect.poll(() => product().approvalType, { timeout: 60_000 }).toBe('manual');
  expect(product().operations).not.toEqual([]);
  await expect
    .poll(async () => (await sandbox.say('/llmgw doctor', { wait: true })).exitCode, {
      timeout: 60_000,
    })
    .toBe(0);
}, 120_000);
