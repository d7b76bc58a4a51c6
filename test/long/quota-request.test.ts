// Quota requests: messages to operators, decisions, runs, and notices to the requester.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Screen, ScreenMessage } from '../../sandbox/slack/screen.ts';
import { meetPeople } from './approvals/people.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

const olivia = 'U0OLIVIA';
const bob = 'U0BOB';
const alice = 'U0ALICE';
const nadia = 'U0NADIA';

let sandbox: TestSandbox;
beforeAll(async () => {
  const botEnv = { LLMGW_OPERATORS: `${olivia},${bob}` };
  sandbox = await startTestSandbox({ speed: 1_500, botEnv });
  const early = await sandbox.say('/llmgw quota request 20/minute', { as: alice, wait: true });
  expect(early.text).toContain('The gateway default is not provisioned');
  const made = await sandbox.say('/llmgw provision --yes', { wait: true });
  expect(made.exitCode).toBe(0);
}, 120_000);
afterAll(() => sandbox?.stop());

async function act<T>(path: string, body: object): Promise<T> {
  const response = await fetch(`${sandbox.url}/_sandbox/slack/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
  return (await response.json()) as T;
}

const command = (as: string, text: string) =>
  act('command', { as, channel: 'C0GATEWAY', text: `/llmgw ${text}` });
const request = (as: string, label: string, { ts }: { ts: string }) =>
  act('click', { as, label, messageTs: ts });
const submit = (as: string, values: object) =>
  act<{ delivered: boolean; errors?: Record<string, string> }>('submit', { as, values });
const screen = (as: string) => sandbox.get<Screen>(`/_sandbox/slack/screen?as=${as}`);

async function all(as: string, words: RegExp): Promise<ScreenMessage[]> {
  return (await screen(as)).messages.filter((one) => words.test(JSON.stringify(one)));
}

/** The newest message visible to the person whose text matches. */
async function sees(as: string, words: RegExp): Promise<ScreenMessage> {
  await expect
    .poll(() => all(as, words), { timeout: 60_000, message: String(words) })
    .not.toEqual([]);
  return (await all(as, words)).at(-1) ?? expect.fail();
}

const limitNow = async (): Promise<string> =>
  (await sandbox.say('/llmgw quota', { as: alice, wait: true })).text;

test('a quota request reaches each operator once, and a later limit replaces an earlier one', async () => {
  await Promise.all([
    command(alice, 'quota request 20 per minute for <the> demo'),
    command(alice, 'quota request 20/minute and once more'),
  ]);
  await sees(alice, /Requested `20\/minute`/);
  await sees(alice, /Already requested[^]*`20\/minute`/);
  for (const operator of [olivia, bob]) {
    expect(await all(operator, /asked for more quota[^]*Approve/)).toHaveLength(1);
  }
  const first = await sees(bob, /asked for more quota[^]*4 times as much[^]*Effect/);
  expect(first.channel).toMatch(/^D/);
  await command(alice, 'quota request 8/minute for less');
  await sees(alice, /This replaces your request for `20\/minute`/);
  await sees(bob, /Withdrawn\*? by <@U0ALICE>/);
  expect(await all(bob, /"text":"Approve"/)).toHaveLength(1);
  expect(await all(nadia, /asked for more quota/)).toEqual([]);
}, 60_000);

test('a declined quota request carries the reason to the requester and starts no run', async () => {
  const asked = await sees(bob, /8\/minute[^]*"text":"Decline"[^]*for less/);
  await request(bob, 'Decline', asked);
  await expect.poll(async () => (await screen(bob)).modals.length).toBe(1);
  await submit(bob, { word: 'Ask again <!channel> on Monday' });
  const told = await sees(alice, /Declined\*? by <@U0BOB>/);
  expect(told.channel).toMatch(/^D/);
  expect(JSON.stringify(told.blocks)).toContain('Ask again &lt;!channel&gt; on Monday');
  const seen = await sees(olivia, /Declined\*? by <@U0BOB>/);
  expect(JSON.stringify(seen)).not.toContain('"text":"Approve"');
  expect(await limitNow()).toContain('5 requests per minute');
}, 60_000);

test('the quota modal rejects an unreadable or lower limit and submits a higher one', async () => {
  await command(alice, 'quota');
  await request(alice, 'Request more', await sees(alice, /"text":"Request more"/));
  await expect.poll(async () => (await screen(alice)).modals.length).toBe(1);
  expect(await submit(alice, { desired: '7 a fortnight' })).toMatchObject({
    errors: { desired: expect.stringMatching(/Write a quota as 20\/minute/) },
  });
  expect(await submit(alice, { desired: '5/minute' })).toMatchObject({
    errors: { desired: expect.stringMatching(/already 5 requests per minute/) },
  });
  await submit(alice, { desired: '9/minute', why: 'a workshop' });
  await sees(olivia, /9\/minute[^]*"text":"Approve"[^]*a workshop/);
}, 60_000);

test('an approved quota is set and verified, and its requester is notified, also when the bot is killed', async () => {
  const asked = await sees(olivia, /9\/minute[^]*"text":"Approve"/);
  const other = await sees(bob, /9\/minute[^]*"text":"Approve"/);
  await request(olivia, 'Approve', asked);
  await sees(alice, /Approved\*? by <@U0OLIVIA>/);
  const before = sandbox.bot.pid();
  process.kill(before ?? 0, 'SIGKILL');
  await expect.poll(() => sandbox.bot.pid(), { timeout: 30_000 }).not.toBe(before);
  await sees(alice, /New quota active:\*? each app can send `9\/minute`/);
  expect(await all(alice, /New quota active/)).toHaveLength(1);
  expect(await limitNow()).toContain('9 requests per minute');
  const closed = (await all(bob, /9\/minute/)).find(({ ts }) => ts === other.ts);
  expect(JSON.stringify(closed)).toMatch(/Approved\*? by <@U0OLIVIA>/);
  expect(JSON.stringify(closed)).not.toContain('"text":"Approve"');
}, 90_000);

test('a quota request is shown again after the quota changed, and closed once the quota suffices', async () => {
  await command(alice, 'quota request 20/minute');
  const asked = await sees(bob, /20\/minute` instead of `9\/minute[^]*"text":"Approve"/);
  await sandbox.say('/llmgw quota set 12/minute --yes', { wait: true });
  await request(bob, 'Approve', asked);
  await sees(alice, /Requested again[^]*from 9\/minute to 12\/minute/);
  const anew = await sees(
    bob,
    /Requested again[^]*20\/minute` instead of `12\/minute|20\/minute` instead of `12\/minute[^]*Requested again/,
  );
  expect(await limitNow()).toContain('12 requests per minute');
  await sandbox.say('/llmgw quota set 30/minute --yes', { wait: true });
  await request(bob, 'Approve', anew);
  await sees(bob, /no longer needed, so nothing changed/);
  await sees(alice, /No longer needed\.\*? 20 requests per minute is less/);
  expect(await limitNow()).toContain('30 requests per minute');
}, 90_000);

test('an approval during an active run is rejected, and the request stays open', async () => {
  await command(alice, 'quota request 40/minute');
  const asked = await sees(bob, /40\/minute[^]*"text":"Approve"/);
  const run = sandbox.say('/llmgw quota set 31/minute --yes', { wait: true });
  await sees(olivia, /`?provision-default-[a-z0-9]+`?[^]*"text":"Cancel run"/);
  await request(bob, 'Approve', asked);
  await sees(bob, /is locked by run/);
  await run;
  const open = (await all(bob, /40\/minute/)).find(({ ts }) => ts === asked.ts);
  expect(JSON.stringify(open)).toContain('"text":"Approve"');
}, 90_000);

test('an unanswered quota request expires with a notice, and a late approval starts nothing', async () => {
  const asked = await sees(bob, /40\/minute[^]*"text":"Approve"/);
  const [, id = expect.fail()] = /"value":"(wish-[a-z0-9-]+)"/.exec(JSON.stringify(asked)) ?? [];
  const people = meetPeople(sandbox);
  try {
    await people.runOut(id);
    await request(bob, 'Approve', asked);
    await sees(bob, /Request expired/);
    await people.endDue(id);
  } finally {
    await people.stop();
  }
  await sees(alice, /No operator decided in time[^]*40\/minute[^]*"text":"Request again"/);
  await sees(bob, /Expired\*[^]*No operator decided in time[^]*40\/minute/);
  expect(await limitNow()).toContain('31 requests per minute');
}, 60_000);

test('the audit trail holds the requester, the approver and the outcome of each quota request', async () => {
  await command(olivia, 'audit --last 100 --export jsonl');
  const { files } = await sees(olivia, /Audit trail: /);
  const entries = (files[0] ?? expect.fail()).content
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  for (const desired of [
    { what: 'quota.request', who: alice, via: 'slash', outcome: 'accepted' },
    { what: 'quota.request', who: alice, via: 'window', outcome: 'accepted' },
    { what: 'quota.ask', who: alice, via: 'job', outcome: 'ok' },
    { what: 'approval.decline', who: bob, via: 'window', outcome: 'accepted' },
    { what: 'quota.carry-out', who: bob, for: alice, outcome: 'ok' },
    { what: 'approval.approve', who: olivia, via: 'click', outcome: 'accepted' },
    { what: 'quota.carry-out', who: olivia, for: alice, outcome: 'ok' },
    { what: 'provision', who: olivia, via: 'run', outcome: 'succeeded' },
    { what: 'quota.carry-out', who: bob, outcome: 'refused', why: 'quota_moot' },
  ]) {
    expect(entries).toContainEqual(expect.objectContaining(desired));
  }
  expect(await sandbox.get('/_sandbox/unknown')).toEqual([]);
}, 30_000);
