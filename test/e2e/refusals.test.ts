// Refusals: non-operators, typos, second runs, channels without the bot, and the same by mention.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  // Socket Mode, so that a complete bot covers both transports: the other e2e tests use HTTP.
  sandbox = await startTestSandbox({ slackMode: 'socket', speed: 60 });
}, 60_000);
afterAll(() => sandbox.stop());

test('a command of a non-operator is refused with the names of the operators', async () => {
  const denied = await sandbox.say('/llmgw provision --yes', { as: 'alice', wait: true });
  expect(denied.exitCode).toBe(1);
  expect(denied.text).toMatch(/Only operators can do this: @olivia/);
});

test.each([
  ['/llmgw provison', 'Did you mean `/llmgw provision`'],
  ['/llmgw', '/llmgw provision'],
  ['/llmgw provision --force', '--force'],
  ['/llmgw cancel nonsense', 'nonsense'],
])('%s is answered with %s', async (typed, words) => {
  expect((await sandbox.say(typed, { wait: true })).text).toContain(words);
});

test('a command in a channel without the bot is answered with the remedy', async () => {
  const told = await sandbox.say('/llmgw provision --yes', { in: 'random', wait: true });
  expect(told.text).toContain('/invite');
});

test('a second run is refused with the id of the active one, and cancel stops that one', async () => {
  const first = await sandbox.say('/llmgw provision --yes');
  const runId = /provision-default-[a-z0-9]+/.exec(first.text)?.[0] ?? '';
  expect(runId).not.toBe('');
  const second = await sandbox.say('/llmgw provision --yes', { wait: true });
  expect(second.exitCode).toBe(1);
  expect(second.text).toContain(runId);
  expect(second.text).toContain('olivia');
  const cancelled = await sandbox.say('/llmgw cancel', { wait: true });
  expect(cancelled.text).toMatch(/cancel|stop/i);
  await expect
    .poll(async () => (await sandbox.say('/llmgw jobs', { wait: true })).text, { timeout: 20_000 })
    .toMatch(new RegExp(`${runId}\`? .*cancelled`));
}, 60_000);

test('a mention runs its command in its own thread', async () => {
  const status = await sandbox.say('@llmgw status', { wait: true });
  expect(status.exitCode).toBe(0);
  expect(status.text).toMatch(/thread/);
  expect(status.text).toContain('`default` · *');
});
