// Home over Socket Mode, from first opening to teardown, with a Redis outage.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApigeeState } from '../../sandbox/apigee/state.ts';
import type { Screen, ScreenModal } from '../../sandbox/slack/screen.ts';
import { type KubeShell, kubeShell } from '../../sandbox/test/support/kube-tools.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

const olivia = 'U0OLIVIA';
const alice = 'U0ALICE';
const bob = 'U0BOB';

let sandbox: TestSandbox;
let shell: KubeShell;
beforeAll(async () => {
  sandbox = await startTestSandbox({
    slackMode: 'socket',
    speed: 1_500,
    botEnv: { LLMGW_OPERATORS: `${olivia},${bob}`, WATCH_SECONDS: '0.3', QUOTA: '50/minute' },
  });
}, 60_000);
afterAll(() => sandbox.stop());

async function act(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.url}/_sandbox/slack/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
  return (await response.json()) as Record<string, unknown>;
}

const screen = (as: string) => sandbox.get<Screen>(`/_sandbox/slack/screen?as=${as}`);
const open = (as: string) => act('open-home', { as });
const request = (as: string, label: string) =>
  act('click', { as, home: true, label, confirmed: true });
const home = async (as: string): Promise<string> =>
  JSON.stringify((await screen(as)).home?.blocks ?? '');
const shows = (as: string, words: RegExp, timeout = 30_000) =>
  expect.poll(() => home(as), { timeout, interval: 50 }).toMatch(words);
const directly = async (as: string): Promise<string> =>
  JSON.stringify((await screen(as)).messages.filter(({ channel }) => channel.startsWith('D')));

/** The modal over the page, once it shows that. */
async function modalOf(as: string, words: RegExp): Promise<ScreenModal> {
  const top = async () => (await screen(as)).modals.at(-1);
  await expect
    .poll(async () => JSON.stringify((await top())?.blocks ?? ''), { timeout: 60_000 })
    .toMatch(words);
  return (await top()) ?? expect.fail();
}
const close = (as: string) => act('close-view', { as });

const issued = new Set<string>();
function keyIn(window: ScreenModal): string {
  const text = JSON.stringify(window);
  const [, key = expect.fail(text)] = /x-api-key: ([A-Za-z0-9]{20,})/.exec(text) ?? [];
  issued.add(key);
  return key;
}

function apigee() {
  const state = sandbox.context.state('apigee', (): ApigeeState => expect.fail());
  return Object.values(state.organizations)[0] ?? expect.fail();
}

test('Home without a gateway names the people who can provision one, and has controls for them alone', async () => {
  await open(alice);
  await shows(
    alice,
    /\*Not provisioned\.\*[^]*Ask an operator to provision it: <@U0OLIVIA>, <@U0BOB>/,
  );
  expect(await home(alice)).not.toMatch(/"Provision"|Your key/);
  await open(olivia);
  await shows(olivia, /\*Not provisioned\.\*[^]*"Provision"[^]*"Plan"/);
});

test('a run planned on Home appears in the chosen channel and on the Home of everybody', async () => {
  await request(olivia, 'Plan');
  const plan = await modalOf(olivia, /Plan for gateway default[^]*\d+ to create/);
  expect(plan.submit).toBeNull();
  await close(olivia);
  await request(olivia, 'Provision');
  await modalOf(olivia, /Provision gateway default\?[^]*Channel for the run card/);
  const refused = await act('submit', { as: olivia, values: { 'run-place': 'C0RANDOM' } });
  expect(JSON.stringify(refused)).toContain("The bot can't post there");
  await act('submit', { as: olivia, values: { 'run-place': 'C0GATEWAY' } });
  await shows(
    alice,
    /Provisioning in progress\*, started by <@U0OLIVIA>[^]*\/#\/C0GATEWAY\/p\d+\|View progress>/,
  );
  expect(sandbox.cards()).toContain('Provision gateway: default');
  await request(olivia, 'Cancel run');
  await shows(olivia, /"Retry last run"/);
  await request(olivia, 'Retry last run');
  await shows(alice, /\*Ready\.\*[^]*Endpoint[^]*verified/, 120_000);
  await shows(olivia, /\*Ready\.\*/);
  shell = kubeShell(await sandbox.clusterAccess());
}, 180_000);

test('a key is issued, revealed, rotated and revoked on Home, visible to its owner alone', async () => {
  await request(alice, 'Get a key');
  const first = keyIn(await modalOf(alice, /Your API key is ready/));
  await close(alice);
  await shows(alice, new RegExp(`•••${first.slice(-4)}\`? activating`));
  await request(alice, 'Reveal');
  expect(keyIn(await modalOf(alice, /Your API key\*/))).toBe(first);
  await close(alice);
  await request(alice, 'Rotate');
  const second = keyIn(await modalOf(alice, /works until/));
  await close(alice);
  await shows(
    alice,
    new RegExp(`•••${second.slice(-4)}[^]*•••${first.slice(-4)}[^]*replaced, works until`),
  );
  await open(bob);
  await shows(bob, /You have no key for this gateway/);
  for (const other of [bob, olivia]) {
    const seen = await home(other);
    for (const key of [first, second]) expect(seen).not.toContain(key.slice(-4));
  }
  await request(alice, 'Revoke');
  await shows(alice, /revoked by <@U0ALICE>[^]*Get new key/);
  await request(alice, 'Get new key');
  keyIn(await modalOf(alice, /Your API key is ready/));
  await close(alice);
}, 90_000);

test('a question asked from Home is answered in direct messages and counted on Home', async () => {
  await request(alice, 'Ask');
  const asking = await modalOf(alice, /appears in your direct messages/);
  await act('submit', {
    as: alice,
    viewId: asking.id,
    values: { prompt: 'What is the capital of France?' },
  });
  await expect.poll(() => directly(alice), { timeout: 60_000 }).toContain('Paris');
  await shows(alice, /Used via this bot:\* 1 of 50, 49 left/);
  await request(alice, 'Show quota');
  await modalOf(alice, /Quota of gateway default[^]*1 of 50/);
  await close(alice);
  // Apigee's statistics lag behind the requests.
  await expect
    .poll(
      async () => {
        await request(alice, 'Refresh');
        return home(alice);
      },
      { timeout: 40_000, interval: 2_000 },
    )
    .toMatch(/Today \(UTC\):\* 1 request, 0 failed/);
}, 90_000);

test('an open request is decided on the Home of an operator', async () => {
  const product = apigee().products['llm-product'] ?? expect.fail();
  product.approvalType = 'manual';
  await sandbox.say('/llmgw key --app careful', { as: 'alice', wait: true });
  await shows(alice, /approval pending/);
  await shows(bob, /Pending approvals[^]*asked for a key[^]*careful[^]*Approve/);
  expect(await home(alice)).not.toContain('Approve');
  await request(bob, 'Approve');
  await shows(bob, /^(?![^]*Pending approvals)[^]*Request approved\./);
  await shows(olivia, /^(?![^]*Pending approvals)/);
  await shows(alice, /careful[^]*activating/);
  product.approvalType = 'auto';
}, 60_000);

test('an edit in the cluster shows on open Homes with the people who can repair it, and Repair reverts it', async () => {
  await shell.kubectl(['scale', 'deployment', 'vllm-qwen', '--replicas=0']);
  await shows(alice, /\*Degraded\.\*[^]*scaled to 0[^]*Ask an operator to repair it: <@U0OLIVIA>/);
  await shows(olivia, /\*Degraded\.\*[^]*"Repair"/);
  await request(olivia, 'Diagnose');
  await modalOf(olivia, /Diagnosis of default[^]*spec\.replicas/);
  await close(olivia);
  await request(olivia, 'Repair');
  const plan = await modalOf(olivia, /Deploy model server[^]*Channel for the run card/);
  // The channel of the gateway's last card, as nobody has chosen another one.
  expect(JSON.stringify(plan.blocks)).toContain('"initial_conversation":"C0GATEWAY"');
  await act('submit', { as: olivia, viewId: plan.id, values: {} });
  await shows(alice, /Provisioning in progress/);
  await shows(alice, /\*Ready\.\*/, 90_000);
}, 180_000);

test('a quota is set on Home with a plan', async () => {
  await shows(olivia, /\*Ready\.\*[^]*"Set quota"/);
  await request(olivia, 'Set quota');
  await modalOf(olivia, /how many requests each app can send/);
  await act('submit', { as: olivia, values: { quota: '60/minute' } });
  const plan = await modalOf(olivia, /Set operations and quota[^]*Channel for the run card/);
  await act('submit', { as: olivia, viewId: plan.id, values: { 'run-direct': 'direct' } });
  // Not in a channel, where others could read it.
  await expect
    .poll(() => directly(olivia), { timeout: 60_000 })
    .toContain('Provision gateway: default');
  await shows(alice, /60 requests per minute/, 60_000);
}, 120_000);

test('an edit without other symptoms stays on Home until it is reverted', async () => {
  await shows(alice, /\*Ready\.\*/, 60_000);
  const { stdout } = await shell.kubectl([
    'get',
    'apioperationsets',
    '-n',
    'apim',
    '-o',
    'json',
    'llm-operations',
  ]);
  const patch = JSON.stringify({ spec: { quota: { limit: 7 } } });
  expect(stdout).toContain('"limit": 60');
  const edit = ['patch', 'apioperationsets', '-n', 'apim', 'llm-operations', '--type=merge'];
  await shell.kubectl([...edit, '-p', patch]);
  await shows(alice, /\*Degraded\.\*[^]*Set operations[^]*edited outside llmgw/);
  await shell.kubectl([...edit, '-p', patch.replace('7', '60')]);
  await shows(alice, /\*Ready\.\*/);
}, 120_000);

test('Home reports an outage of Redis, and Refresh restores it afterwards', async () => {
  process.kill(sandbox.redis.pid() ?? expect.fail(), 'SIGSTOP');
  try {
    await open(alice);
    await shows(alice, /Home is unavailable[^]*Redis is not responding[^]*Refresh/);
    await request(alice, 'Refresh');
    await shows(alice, /Home is unavailable/);
  } finally {
    process.kill(sandbox.redis.pid() ?? expect.fail(), 'SIGCONT');
  }
  await request(alice, 'Refresh');
  await shows(alice, /\*Ready\.\*[^]*Your key/);
}, 60_000);

test('a teardown on Home lists the resources, needs the typed name, and ends with Home reporting it', async () => {
  await shows(olivia, /\*Ready\.\*[^]*"Tear down"/);
  await request(olivia, 'Tear down');
  const asking = await modalOf(olivia, /Deleted \(\d+\)[^]*Type the gateway name/);
  const wrong = await act('submit', { as: olivia, viewId: asking.id, values: { name: 'other' } });
  expect(JSON.stringify(wrong)).toContain('Type default exactly');
  const values = { name: 'default', 'run-place': 'C0GATEWAY' };
  await act('submit', { as: olivia, viewId: asking.id, values });
  await shows(alice, /Teardown in progress\*, started by <@U0OLIVIA>/);
  await shows(alice, /\*Torn down\*/, 120_000);
  expect(await home(alice)).not.toContain('Your key');
  const { billable } = await sandbox.get<{ billable: object[] }>('/_sandbox/world');
  expect(billable).toEqual([]);
}, 180_000);

test('no key is on a Home, in the log, or in the files of Redis', async () => {
  for (const { apps } of Object.values(apigee().developers)) {
    for (const { credentials } of Object.values(apps)) {
      for (const { consumerKey } of credentials) issued.add(consumerKey);
    }
  }
  expect(issued.size).toBeGreaterThan(3);
  const slack = JSON.stringify(sandbox.context.state('slack', () => expect.fail()));
  const kept = readdirSync(sandbox.directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.aof$|\.rdb$|bot\.log$/.test(name))
    .map((name) => ({ name, text: readFileSync(join(sandbox.directory, name), 'latin1') }));
  // The files include the last Home, which proves that they are the right ones.
  expect(kept.map(({ text }) => text).join('')).toContain(':home:kept:U0ALICE');
  for (const key of issued) {
    expect(slack).not.toContain(key);
    for (const { name, text } of kept) expect(text.includes(key), name).toBe(false);
  }
  expect(await sandbox.get('/_sandbox/unknown')).toEqual([]);
});
