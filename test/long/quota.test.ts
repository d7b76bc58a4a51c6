// A quota as people meet it: what is used, when it resets, a picture of what was sent, and an operator who sets another.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await startTestSandbox({ speed: 1200 });
  const absent = await sandbox.say('/llmgw quota set 20/minute', { wait: true });
  expect(absent.text).toContain('/llmgw provision default --quota 20/minute');
  const made = await sandbox.say('/llmgw provision --yes', { wait: true });
  expect(made.exitCode).toBe(0);
  await sandbox.say('/llmgw key', { as: 'alice', wait: true });
}, 120_000);
afterAll(() => sandbox?.stop());

const asAlice = (text: string) => sandbox.say(text, { as: 'alice', wait: true });

test('nothing is used before the first request', async () => {
  const { text, exitCode } = await asAlice('/llmgw quota');
  expect(exitCode).toBe(0);
  expect(text).toContain('5 requests per minute, counted for each app by itself');
  expect(text).toContain('nothing in this window');
}, 30_000);

test('what was asked is counted, and shown over time with its refusals', async () => {
  for (let asked = 0; asked < 3; asked += 1) {
    expect((await asAlice('/llmgw ask Say one word')).exitCode).toBe(0);
  }
  const { text } = await asAlice('/llmgw quota');
  expect(text).toMatch(/Used from here:\* 3 of 5, 2 left/);
  expect(text).toMatch(/Resets:\* /);
  // The statistics come later than the requests.
  await expect
    .poll(async () => (await asAlice('/llmgw quota')).text, { timeout: 30_000, interval: 1_000 })
    .toMatch(/Last 24 hours:\* 3 sent, 0 of them refused/);
  const week = await asAlice('/llmgw quota --week');
  expect(week.text).toMatch(/`llmgw-default`: 3 sent, 0 refused/);
  expect(week.text).toMatch(
    /Bars\. Requests per day \(UTC\) over the last 7 days\. .*: 3 answered/,
  );
}, 60_000);

test('only operators see everybody, and set another quota', async () => {
  const all = await sandbox.say('/llmgw quota --all', { wait: true });
  expect(all.text).toMatch(/`alice@\S+`: 3 sent/);
  for (const command of ['quota --all', 'quota set 500/minute --yes']) {
    const refused = await asAlice(`/llmgw ${command}`);
    expect(refused.exitCode).toBe(1);
    expect(refused.text).toContain('Only operators may do this');
  }
}, 30_000);

test('another quota is planned, set and proven by effect', async () => {
  const odd = await sandbox.say('/llmgw quota set 20/fortnight', { wait: true });
  expect(odd.text).toContain('A quota reads like `20/minute`');
  const set = await sandbox.say('/llmgw quota set 8/minute', { wait: true });
  expect(set.exitCode).toBe(0);
  expect(set.text).toContain('Set the operations and the quota');
  expect(set.text).toContain('one request over the quota, it answered 429');
  expect((await asAlice('/llmgw quota')).text).toContain('8 requests per minute');
  const same = await sandbox.say('/llmgw quota set 8/minute', { wait: true });
  expect(same.text).toContain('Nothing to change');
  expect(await sandbox.get('/_sandbox/unknown')).toEqual([]);
}, 90_000);
