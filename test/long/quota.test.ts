// Quotas in Slack: usage, reset time, usage picture, and changes by an operator.
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

test('usage is zero before the first request', async () => {
  const { text, exitCode } = await asAlice('/llmgw quota');
  expect(exitCode).toBe(0);
  expect(text).toContain('5 requests per minute per app');
  expect(text).toContain('Used via this bot:* 0 of 5, 5 left');
}, 30_000);

test('requests are counted and shown over time, with the refused ones', async () => {
  for (let asked = 0; asked < 3; asked += 1) {
    expect((await asAlice('/llmgw ask Say one word')).exitCode).toBe(0);
  }
  const { text } = await asAlice('/llmgw quota');
  expect(text).toMatch(/Used via this bot:\* 3 of 5, 2 left/);
  expect(text).toMatch(/Resets:\* /);
  // Apigee's statistics lag behind the requests.
  await expect
    .poll(async () => (await asAlice('/llmgw quota')).text, { timeout: 60_000, interval: 1_000 })
    .toMatch(/Last 24 hours:\* 3 requests, 0 refused/);
  // Slack takes no pictures in ephemeral messages.
  expect((await asAlice('/llmgw quota --week')).text).toContain('[Show chart]');
  const week = await sandbox.say('quota --week', { as: 'alice', in: '@llmgw', wait: true });
  expect(week.text).toMatch(/`llmgw-default`: 3 requests, 0 refused/);
  expect(week.text).toMatch(
    /Bar chart\. Requests per day \(UTC\) over the last 7 days\. .*: 3 answered/,
  );
}, 60_000);

test('only operators see the usage of everybody and change the quota', async () => {
  const all = await sandbox.say('/llmgw quota --all', { wait: true });
  expect(all.text).toMatch(/`alice@\S+`: 3 requests/);
  for (const command of ['quota --all', 'quota set 500/minute --yes']) {
    const refused = await asAlice(`/llmgw ${command}`);
    expect(refused.exitCode).toBe(1);
    expect(refused.text).toContain('Only operators can do this');
  }
}, 30_000);

test('the usage of a person or an app is shown to its owner and to operators alone', async () => {
  const hers = await sandbox.say('/llmgw quota @alice --week', { wait: true });
  expect(hers.text).toMatch(/For:\* @?alice/);
  expect(hers.text).toMatch(/`llmgw-default`: 3 requests, 0 refused/);
  expect(hers.text).not.toContain('[Request more]');
  await sandbox.say('/llmgw key --app ci', { as: 'alice', wait: true });
  const app = await asAlice('/llmgw quota --app ci');
  expect(app.text).toMatch(/app `llmgw-default\.ci`/);
  expect(app.text).toContain('no requests in the statistics yet');
  expect(app.text).not.toContain('(image:');
  for (const [typed, answer] of [
    ['@olivia', 'Only operators can do this'],
    ['--app nothere', 'No app `nothere`'],
    ['--day --week', 'Use either `--day` or `--week`'],
  ] as const) {
    const refused = await asAlice(`/llmgw quota ${typed}`);
    expect(refused.exitCode).toBe(1);
    expect(refused.text).toContain(answer);
  }
}, 60_000);

test('a new quota is planned, set and verified by its effect', async () => {
  const odd = await sandbox.say('/llmgw quota set 20/fortnight', { wait: true });
  expect(odd.text).toContain('Write a quota as `20/minute`');
  const set = await sandbox.say('/llmgw quota set 8/minute', { wait: true });
  expect(set.exitCode).toBe(0);
  expect(set.text).toContain('Set operations and quota');
  expect(set.text).toContain('Passed: request over the quota returned 429');
  expect((await asAlice('/llmgw quota')).text).toContain('8 requests per minute');
  const same = await sandbox.say('/llmgw quota set 8/minute', { wait: true });
  expect(same.text).toContain('No changes.');
}, 90_000);

interface Seen {
  readonly messages: readonly { readonly ts: string; readonly channel: string }[];
}
const seenBy = async (user: string, words: RegExp) =>
  (await sandbox.get<Seen>(`/_sandbox/slack/screen?as=${user}`)).messages.filter((one) =>
    words.test(JSON.stringify(one)),
  );
const nearlyUsed = /Quota almost used/;

/** Asks all at once: three run in parallel, and the rest wait. */
async function askAtOnce(times: number, left: number): Promise<void> {
  for (let asked = 0; asked < times; asked += 1) {
    const response = await fetch(`${sandbox.url}/_sandbox/slack/command`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ as: 'bob', channel: 'C0GATEWAY', text: '/llmgw ask Say one word' }),
    });
    expect(response.ok).toBe(true);
  }
  await expect
    .poll(() => seenBy('U0BOB', new RegExp(`${left} of 10 requests left this hour`)), {
      timeout: 60_000,
    })
    .toHaveLength(1);
}

test('two questions at once beyond four fifths of the quota give one private warning, and the next none', async () => {
  const set = await sandbox.say('/llmgw quota set 10/hour --yes', { wait: true });
  expect(set.exitCode).toBe(0);
  await sandbox.say('/llmgw key', { as: 'bob', wait: true });
  await askAtOnce(7, 3);
  expect(await seenBy('U0BOB', nearlyUsed)).toEqual([]);
  await askAtOnce(2, 1);
  await expect.poll(() => seenBy('U0BOB', nearlyUsed), { timeout: 30_000 }).toHaveLength(1);
  const [warning] = await seenBy('U0BOB', nearlyUsed);
  expect(JSON.stringify(warning)).toMatch(
    /App `llmgw-default` used [89] of 10 requests this hour[^]*[12] left\. Resets by[^]*"text":"Request more"/,
  );
  await askAtOnce(1, 0);
  expect(await seenBy('U0BOB', nearlyUsed)).toHaveLength(1);
  expect(await seenBy('U0OLIVIA', nearlyUsed)).toEqual([]);
  const spent = await sandbox.say('/llmgw ask Say one word', { as: 'bob', wait: true });
  expect(spent.text).toMatch(/Quota exceeded[^]*\[Request more\]/);
  expect(await seenBy('U0BOB', nearlyUsed)).toHaveLength(1);
  expect(await sandbox.get('/_sandbox/unknown')).toEqual([]);
}, 120_000);
