// The Hugging Face client against the sandbox's Hub: whose token it is, and what it may read.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type HuggingFaceState,
  createHuggingFace as createHub,
} from '../../../sandbox/huggingface/huggingface.ts';
import { huggingFaceCoverage } from '../../../sandbox/huggingface/coverage.ts';
import { type OpenContext, createContext } from '../../../sandbox/core/create-context.ts';
import { createHuggingFace } from '../../../src/clients/huggingface/client.ts';

const token = 'hf_known';
const directory = mkdtempSync(join(tmpdir(), 'llmgw-hub-'));
let opened: OpenContext;

beforeAll(async () => {
  opened = await createContext({ port: 0, speed: 1, directory });
  createHub(opened.context, token);
  await opened.open();
});
afterAll(async () => {
  await opened.close();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(() => {
  opened.context.faults.clear();
  Object.assign(state(), { isTokenRevoked: false, withheldModels: [] });
});

const state = () =>
  opened.context.state<HuggingFaceState>('huggingface', () => {
    throw new Error('The Hub has no state.');
  });
const hub = () => createHuggingFace(`${opened.context.baseUrl}/huggingface/`);

test('a good token says whose it is', async () => {
  await expect(hub().whoami(token)).resolves.toEqual({ name: 'llm-demo' });
});

test('another token, and one that was revoked, are nobody’s', async () => {
  await expect(hub().whoami('hf_other')).resolves.toBeUndefined();
  state().isTokenRevoked = true;
  await expect(hub().whoami(token)).resolves.toBeUndefined();
});

test.each([
  ['Qwen/Qwen2.5-1.5B-Instruct', 'allowed'],
  ['meta-llama/Llama-3.1-8B-Instruct', 'allowed'],
  ['google/gemma-3-1b-it', 'gated'],
  ['nobody/does-not-exist', 'missing'],
])('%s is %s', async (model, access) => {
  state().withheldModels = ['google/gemma-3-1b-it'];
  await expect(hub().modelAccess(token, model)).resolves.toBe(access);
});

test.each([
  [429, { 'retry-after': '7' }, { code: 'rate_limited', retryAfterMs: 7_000 }],
  [503, {}, { code: 'unavailable' }],
])('status %i is transient', async (status, headers, fault) => {
  const action = { kind: 'status', status, headers } as const;
  opened.context.faults.add({
    service: 'huggingface',
    operation: 'whoami',
    action,
    probability: 1,
    seed: 1,
  });
  await expect(hub().whoami(token)).rejects.toMatchObject({
    fault: { kind: 'transient', ...fault },
  });
});

test('a connection that is reset is transient, and its fault holds no token', async () => {
  opened.context.faults.add({
    service: 'huggingface',
    operation: '.*',
    action: { kind: 'reset' },
    probability: 1,
    seed: 1,
  });
  const error: unknown = await hub()
    .whoami(token)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ fault: { kind: 'transient', code: 'unavailable' } });
  expect(JSON.stringify(error)).not.toContain(token);
});

test('the Hub answers what its coverage lists, and counts what it does not know', async () => {
  for (const { method } of huggingFaceCoverage) {
    const path = (method.split(' ')[1] ?? '').replace('{model}', 'a/b');
    const url = `${opened.context.baseUrl}/huggingface${path}`;
    const { status } = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect(status).toBe(200);
  }
  expect(opened.context.unknown).toEqual([]);
  const other = await fetch(`${opened.context.baseUrl}/huggingface/api/datasets`);
  expect(other.status).toBe(404);
  expect(opened.context.unknown).toMatchObject([{ call: 'GET /api/datasets' }]);
});
