// Two gateways in one project, one of them guarded: separate protection, keys and teardown.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let directory = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'llmgw-two-'));
  const gateways = join(directory, 'gateways.yaml');
  writeFileSync(gateways, 'staging:\n  NODE_COUNT: 1\n  QUOTA: 20/minute\n');
  sandbox = await startTestSandbox({
    speed: 1_500,
    botEnv: { LLMGW_GATEWAYS: gateways, NODE_COUNT: '1' },
  });
}, 60_000);
afterAll(async () => {
  await sandbox.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface Request {
  readonly gateway: string;
  readonly status: number;
  readonly app?: string;
}

interface World {
  readonly billable: readonly { readonly kind: string; readonly name: string }[];
  readonly dataplane: { readonly requests: readonly Request[] };
}

const world = (): Promise<World> => sandbox.get<World>('/_sandbox/world');

interface Key {
  readonly endpoint: string;
  readonly key: string;
}

/** By gateway; a key is shown in full only once. */
const keys: Record<string, Key> = {};

async function keyFor(gateway: string): Promise<Key> {
  const known = keys[gateway];
  if (known !== undefined) return known;
  const { text } = await sandbox.say(`/llmgw key --gateway ${gateway}`, { as: 'U0ALICE' });
  expect(text).toContain(gateway === 'staging' ? '3 requests per minute' : '5 requests per minute');
  const key = /x-api-key: ([A-Za-z0-9]{20,})/.exec(text)?.[1];
  const endpoint = /(http:\/\/127\.[\d.]+:\d+)\/v1\/completions/.exec(text)?.[1];
  if (key === undefined || endpoint === undefined) throw new Error(text);
  return (keys[gateway] = { key, endpoint });
}

async function statusOf(endpoint: string, key: string): Promise<number> {
  const response = await fetch(`${endpoint}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify({ model: 'Qwen/Qwen2.5-1.5B-Instruct', prompt: 'Hi', max_tokens: 1 }),
  });
  await response.text();
  return response.status;
}

test('two gateways are provisioned at once, and each verifies its own protection', async () => {
  const both = await Promise.all([
    sandbox.say('/llmgw provision default --yes', { wait: true }),
    sandbox.say('/llmgw provision staging --guarded --quota 3/minute --yes', { wait: true }),
  ]);
  for (const { text, exitCode } of both) {
    expect(text).toContain('The gateway is ready');
    expect(text).toMatch(/Passed: request with a valid key returned 200/);
    expect(exitCode).toBe(0);
  }
}, 240_000);

test('the guarded gateway never answers without a key, unlike the other', async () => {
  const { dataplane } = await world();
  const open = dataplane.requests.filter(({ status, app }) => status === 200 && app === undefined);
  const staging = (await keyFor('staging')).endpoint;
  expect(open.length).toBeGreaterThan(0);
  const { hostname } = new URL(staging);
  expect(open.filter(({ gateway }) => gateway.includes(hostname))).toEqual([]);
});

test('a key is valid on its own gateway, and not on the other', async () => {
  const [ours, theirs] = [await keyFor('default'), await keyFor('staging')];
  expect(ours.endpoint).not.toBe(theirs.endpoint);
  await expect.poll(() => statusOf(ours.endpoint, ours.key), { timeout: 30_000 }).toBe(200);
  expect(await statusOf(ours.endpoint, theirs.key)).toBe(401);
  await expect.poll(() => statusOf(theirs.endpoint, theirs.key), { timeout: 30_000 }).toBe(200);
  expect(await statusOf(theirs.endpoint, ours.key)).toBe(401);
});

test('status shows the named gateway with its own configuration', async () => {
  const named = await sandbox.say('/llmgw status staging', { wait: true });
  expect(named.text).toMatch(/`staging` · \*Ready/);
  expect(named.text).toMatch(/ready/i);
});

test('a teardown of one gateway leaves the other unchanged', async () => {
  const gone = await sandbox.say('/llmgw teardown default --confirm default --remove-apps', {
    wait: true,
  });
  expect(gone.exitCode, gone.text).toBe(0);
  const { billable } = await world();
  const clusters = billable.filter(({ kind }) => kind === 'Cluster').map(({ name }) => name);
  expect(clusters).toEqual([expect.stringContaining('infgw-cluster-staging')]);
  expect(gone.text).toContain('used by gateway staging');
  const stays = await sandbox.say('/llmgw ask --gateway staging What is the capital of France?', {
    as: 'U0ALICE',
    wait: true,
  });
  expect(stays.text).toContain('Paris');
  const status = await sandbox.say('/llmgw status staging', { wait: true });
  expect(status.text).toMatch(/ready/i);
}, 120_000);
