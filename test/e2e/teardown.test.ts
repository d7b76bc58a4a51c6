// Teardowns from Slack: preview, typed name, and nothing billable left.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await startTestSandbox({ speed: 300 });
}, 60_000);
afterAll(() => sandbox?.stop());

async function billable(): Promise<readonly unknown[]> {
  return (await sandbox.get<{ billable: readonly unknown[] }>('/_sandbox/world')).billable;
}

test('a teardown without a gateway finds no resources', async () => {
  const answer = await sandbox.say('/llmgw teardown', { wait: true });
  expect(answer.text).toContain('there is nothing to tear down');
  expect(answer.exitCode).toBe(0);
}, 60_000);

test('a partial gateway of a stopped run is torn down once its name is typed', async () => {
  await sandbox.say('/llmgw provision --yes');
  await expect.poll(billable, { timeout: 60_000 }).not.toEqual([]);
  const locked = await sandbox.say('/llmgw teardown --confirm default', { wait: true });
  expect(locked.text).toMatch(/Gateway locked.*provision-default-/s);
  expect(locked.exitCode).toBe(1);
  await sandbox.say('/llmgw cancel', { wait: true });

  const wrong = await sandbox.say('/llmgw teardown default --confirm defualt');
  expect(wrong.text).toMatch(/`defualt` does not match gateway `default`/);
  const asked = await sandbox.say('/llmgw teardown', { wait: true });
  expect(asked.text).toContain('Cluster infgw-cluster');
  // The script must not select it without an argument.
  expect(asked.text).not.toContain('Selecting');
  const mistyped = await sandbox.say('', {
    args: ['--click', 'Tear down', '--submit', 'name=production'],
  });
  expect(mistyped.text).toContain("The name doesn't match. Type default exactly.");
  expect(await billable()).not.toEqual([]);

  const gone = await sandbox.say('', { wait: true, args: ['--submit', 'name=default'] });
  expect(gone.text).toContain('The gateway `default` is gone.');
  expect(gone.exitCode).toBe(0);
  expect(await billable()).toEqual([]);
}, 180_000);
