// Keys and permissions end to end: approvals, key lifecycle, audit trail, and leaks.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApigeeState } from '../../sandbox/apigee/state.ts';
import type { Screen, ScreenMessage } from '../../sandbox/slack/screen.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

const olivia = 'U0OLIVIA';
const alice = 'U0ALICE';
const bob = 'U0BOB';
const nadia = 'U0NADIA';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({
    speed: 1_500,
    botEnv: {
      LLMGW_OPERATORS: `${olivia},${bob}`,
      LLMGW_TWO_PERSON: 'provision,teardown',
      QUOTA: '100/minute',
    },
  });
}, 60_000);
afterAll(() => sandbox.stop());

async function act(path: string, body: object): Promise<void> {
  const response = await fetch(`${sandbox.url}/_sandbox/slack/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
}

const command = (as: string, text: string, channel = 'C0GATEWAY') =>
  act('command', { as, channel, text: `/llmgw ${text}` });
const request = (as: string, label: string, where: { messageTs?: string; viewId?: string }) =>
  act('click', { as, label, confirmed: true, ...where });
const screen = (as: string) => sandbox.get<Screen>(`/_sandbox/slack/screen?as=${as}`);

/** The newest message visible to the person, public or ephemeral, whose text matches. */
async function sees(as: string, words: RegExp): Promise<ScreenMessage> {
  const find = async () =>
    (await screen(as)).messages.findLast((one) => words.test(JSON.stringify(one)));
  await expect.poll(find, { timeout: 60_000 }).toBeDefined();
  return (await find()) ?? expect.fail();
}

/** The content of the person's modal once it is filled; closes it then. */
async function modalOf(as: string, words: RegExp): Promise<string> {
  const top = async () => (await screen(as)).modals.at(-1);
  const text = async () => JSON.stringify((await top())?.blocks ?? '');
  await expect.poll(text, { timeout: 60_000 }).toMatch(words);
  const shown = await text();
  await act('close-view', { as, viewId: (await top())?.id });
  return shown;
}

const issued = new Set<string>();

/** The key in a modal that reveals one. */
function keyIn(window: string): string {
  const [, key = expect.fail(window)] = /x-api-key: ([A-Za-z0-9]{20,})/.exec(window) ?? [];
  issued.add(key);
  return key;
}

let endpoint = '';
async function statusWith(key: string): Promise<number> {
  const response = await fetch(`${endpoint}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ model: 'Qwen/Qwen2.5-1.5B-Instruct', prompt: 'Hi', max_tokens: 1 }),
  });
  await response.text();
  return response.status;
}

function apigee() {
  const state = sandbox.context.state('apigee', (): ApigeeState => expect.fail());
  return Object.values(state.organizations)[0] ?? expect.fail();
}
const keysOf = (email: string) =>
  Object.values(apigee().developers[email]?.apps ?? {}).flatMap((app) => app.credentials);

test('a run starts once another operator has approved exactly its plan', async () => {
  await command(olivia, 'provision --yes');
  await sees(olivia, /Waiting for approval/);
  const asked = await sees(bob, /asked to provision[^]*Approve/);
  const here = asked.channel === 'C0GATEWAY' ? asked : await sees(olivia, /asked to provision/);
  await request(olivia, 'Approve', { messageTs: here.ts });
  await sees(olivia, /You can't approve your own request/);
  await request(alice, 'Approve', { messageTs: here.ts });
  await sees(alice, /Only operators can do this/);
  expect(apigee().products).toEqual({});
  await request(bob, 'Approve', { messageTs: here.ts });
  await sees(olivia, /Approved\*? by <@U0BOB>/);
  await sees(olivia, /by <@U0OLIVIA>, approved by <@U0BOB>/);
  await sees(olivia, /The gateway is ready and protected/);
}, 240_000);

let first = '';
test('a key is issued in a modal with programs that run unchanged', async () => {
  await command(alice, 'key');
  const window = await modalOf(alice, /Your API key is ready/);
  first = keyIn(window);
  endpoint = /(http:\/\/127\.[\d.]+:\d+)\/v1\/completions/.exec(window)?.[1] ?? '';
  await expect.poll(() => statusWith(first), { timeout: 60_000 }).toBe(200);
  const [, program = ''] =
    /(import OpenAI from [^]*?console\.log[^`]*?;)\\n/.exec(window) ?? expect.fail(window);
  const file = join(sandbox.directory, 'ask.mjs');
  const openai = fileURLToPath(import.meta.resolve('openai'));
  const text = JSON.parse(`"${program}"`) as string;
  writeFileSync(file, text.replace(`'openai'`, JSON.stringify(`file://${openai}`)));
  const { stdout } = await execa(process.execPath, [file]);
  expect(stdout.trim()).not.toBe('');
  const asked = await sandbox.say('/llmgw ask What is the capital of France?', {
    as: alice,
    wait: true,
  });
  expect(asked.text).toContain('Paris');
}, 60_000);

test('a rotation keeps both keys valid for a while, then the new one alone', async () => {
  await command(alice, 'key rotate --overlap 8s');
  const second = keyIn(await modalOf(alice, /works until/));
  expect(second).not.toBe(first);
  await expect.poll(() => statusWith(second), { timeout: 6_000 }).toBe(200);
  expect(await statusWith(first)).toBe(200);
  await command(alice, 'key list');
  await sees(alice, /You have 2 keys in 1 app[^]*2 active[^]*replaced, works until/);
  await sees(alice, /Rotation complete/);
  await expect.poll(() => statusWith(first), { timeout: 60_000 }).toBe(401);
  expect(await statusWith(second)).toBe(200);
  expect(keysOf('alice@example.com').map(({ consumerKey }) => consumerKey)).toEqual([second]);
}, 60_000);

test('keys created or revoked in the console appear in the key list', async () => {
  const { consumerKey } = keysOf('alice@example.com')[0] ?? expect.fail();
  const app = apigee().developers['alice@example.com']?.apps['llmgw-default'] ?? expect.fail();
  const made = structuredClone(app.credentials[0] ?? expect.fail());
  const fromConsole = 'ConsoleMadeKey0123456789abcdefghijklmnopqrstuvwx';
  issued.add(fromConsole);
  app.credentials.push({ ...made, consumerKey: fromConsole, issuedAt: made.issuedAt + 1 });
  for (const credential of app.credentials) {
    if (credential.consumerKey === consumerKey) credential.status = 'revoked';
  }
  await command(alice, 'key list');
  await sees(alice, /2 keys in 1 app[^]*1 active[^]*•••uvwx[^]*revoked/);
  await command(alice, 'key');
  await modalOf(alice, /You already have a key[^]*•••uvwx/);
});

test('a revocation needs a confirmation, and ask reports the revoked key', async () => {
  await command(alice, 'key revoke');
  const question = await sees(alice, /Revoke your key[^]*Keep key/);
  await request(alice, 'Revoke', { messageTs: question.ts });
  await sees(alice, /You revoked your key[^]*3 minutes/);
  const asked = await sandbox.say('/llmgw ask Hello?', { as: alice, wait: true });
  expect(asked.text).toMatch(/revoked/);
  expect(asked.exitCode).toBe(1);
}, 60_000);

test('an operator manages the keys of others without seeing them, and nobody else does', async () => {
  await command(alice, 'key list @bob');
  await sees(alice, /Only operators can do this[^]*For your own keys/);
  await command(olivia, 'key @bob --app ci --expires 30d');
  const told = await sees(bob, /issued you a key/);
  await sees(olivia, /Issued key[^]*to <@U0BOB>/);
  const [{ consumerKey } = expect.fail()] = keysOf('bob@example.com');
  expect(JSON.stringify(await screen(olivia))).not.toContain(consumerKey);
  await request(bob, 'Reveal', { messageTs: told.ts });
  expect(keyIn(await modalOf(bob, /Your API key[^]*Expires/))).toBe(consumerKey);
  await command(olivia, 'key list @bob');
  await sees(olivia, /<@U0BOB> has \d+ keys? in 1 app[^]*llmgw-default\.ci[^]*active, expires/);
  await command(olivia, 'key @nadia');
  await sees(olivia, /doesn't share their email/);
  await command(nadia, 'key');
  await modalOf(nadia, /doesn't share your email/);
}, 60_000);

test('a key of a product with manual approval waits for an operator, and its owner is notified', async () => {
  const product = apigee().products['llm-product'] ?? expect.fail();
  product.approvalType = 'manual';
  await command(alice, 'key --app careful');
  await modalOf(alice, /Approval pending/);
  const question = await sees(olivia, /asked for a key[^]*careful[^]*Approve/);
  await request(olivia, 'Approve', { messageTs: question.ts });
  const told = await sees(alice, /<@U0OLIVIA> approved your key/);
  await sees(bob, /Approved\*? by <@U0OLIVIA>/);
  await request(alice, 'Reveal', { messageTs: told.ts });
  const key = keyIn(await modalOf(alice, /Your API key[^]*careful/));
  await expect.poll(() => statusWith(key), { timeout: 60_000 }).toBe(200);
}, 60_000);

test('an expiry date of an existing key, or one too far off, is rejected before a job starts', async () => {
  await command(alice, 'key --expires 99999d');
  await sees(alice, /--expires 99999d` is longer than ten years[^]*never/);
  await command(alice, 'key bogus');
  await sees(alice, /Unknown subcommand `bogus`\. Use `issue`, `list`, `rotate` or `revoke`/);
  await command(alice, 'key --app CAREFUL --expires 30d');
  await modalOf(
    alice,
    /already[^]*expiry of an existing key can't change[^]*key rotate llmgw-default\.careful --expires 30d/,
  );
  expect(Object.keys(apigee().developers['alice@example.com']?.apps ?? {})).toEqual([
    'llmgw-default',
    'llmgw-default.careful',
  ]);
  await command(olivia, 'key @alice --app careful');
  await sees(olivia, /already has key[^]*key --app llmgw-default\.careful/);
}, 60_000);

test('an expired key is listed as expired, and a new request issues another', async () => {
  apigee().products['llm-product'] = {
    ...(apigee().products['llm-product'] ?? expect.fail()),
    approvalType: 'auto',
  };
  await command(bob, 'key --expires 5s');
  keyIn(await modalOf(bob, /Your API key is ready/));
  await sees(bob, /expires[^]*Rotate/);
  const dead = () =>
    keysOf('bob@example.com').some(({ expiresAt }) => expiresAt > 0 && expiresAt < Date.now());
  await expect.poll(dead, { timeout: 30_000 }).toBe(true);
  await command(bob, 'key list');
  await sees(bob, /expired <!date/);
  await command(bob, 'key');
  keyIn(await modalOf(bob, /Your API key is ready/));
}, 60_000);

test('a quota request takes two operators, and a requesting operator counts as one', async () => {
  await command(alice, 'quota request 110/minute for a load test');
  const wish = await sees(bob, /110\/minute[^]*Approve[^]*for a load test/);
  await request(bob, 'Approve', { messageTs: wish.ts });
  await sees(alice, /Approved\*? by <@U0BOB>[^]*A second operator must approve/);
  const second = await sees(
    olivia,
    /<@U0BOB> asked to provision[^]*110 requests per minute[^]*Decline/,
  );
  await request(olivia, 'Decline', { messageTs: second.ts });
  await sees(alice, /Declined\*? by the second operator/);
  await command(olivia, 'quota request 105/minute');
  await sees(olivia, /Requested `105/);
  const own = await sees(bob, /<@U0OLIVIA> asked for more quota[^]*105\/minute[^]*Approve/);
  await request(bob, 'Approve', { messageTs: own.ts });
  await sees(olivia, /by <@U0OLIVIA>, approved by <@U0BOB>/);
  await sees(olivia, /New quota active:\*? each app can send `105\/minute`/);
}, 120_000);

test('the audit trail holds every action with its outcome, and is exported to operators alone', async () => {
  await command(olivia, 'audit --last 100 --export jsonl');
  const { files, channel } = await sees(olivia, /Audit trail: /);
  expect(channel).toMatch(/^D/);
  const { content } = files[0] ?? expect.fail();
  const entries = content
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  for (const desired of [
    { what: 'provision', who: olivia, via: 'run', outcome: 'succeeded', approvedBy: bob },
    { what: 'approval.approve', who: bob, via: 'click', outcome: 'ok' },
    { what: 'approval.approve', who: alice, outcome: 'refused' },
    { what: 'key.issue', who: alice, via: 'slash', outcome: 'accepted' },
    { what: 'key.rotate', who: alice, via: 'job', outcome: 'ok' },
    { what: 'key.retire', who: 'llmgw', for: alice, outcome: 'ok' },
    { what: 'key.revoke', who: alice, via: 'job', outcome: 'ok' },
    { what: 'key.reveal', who: bob, via: 'job', outcome: 'ok' },
    { what: 'key.list', who: alice, for: bob, outcome: 'refused' },
    { what: 'key.approve', who: olivia, for: alice, outcome: 'ok' },
  ]) {
    expect(entries).toContainEqual(expect.objectContaining(desired));
  }
  await command(alice, 'audit');
  await sees(alice, /Only operators can do this/);
});

test('a teardown needs another operator, and a declined one starts nothing', async () => {
  await command(olivia, 'teardown default --confirm default');
  const asked = await sees(bob, /asked to tear down[^]*Decline/);
  await request(bob, 'Decline', { messageTs: asked.ts });
  await sees(olivia, /Declined\*? by <@U0BOB>/);
  const again = await sandbox.say('/llmgw status', { as: olivia, wait: true });
  expect(again.text).toMatch(/ready/i);
}, 60_000);

test('no key is in a channel, the log, or the files of Redis', async () => {
  for (const { consumerKey } of [...keysOf('alice@example.com'), ...keysOf('bob@example.com')]) {
    issued.add(consumerKey);
  }
  expect(issued.size).toBeGreaterThan(5);
  const slack = JSON.stringify(sandbox.context.state('slack', () => expect.fail()));
  const kept = readdirSync(sandbox.directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.aof$|\.rdb$|bot\.log$/.test(name))
    .map((name) => ({ name, text: readFileSync(join(sandbox.directory, name), 'latin1') }));
  expect(kept.map(({ name }) => name).join(' ')).toMatch(/aof.*bot\.log|bot\.log.*aof/);
  for (const key of issued) {
    expect(slack).not.toContain(key);
    for (const { name, text } of kept) expect(text.includes(key), name).toBe(false);
  }
  expect(await sandbox.get('/_sandbox/unknown')).toEqual([]);
});
