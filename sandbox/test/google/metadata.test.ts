// Tests of the metadata server with google-auth-library's default credentials.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gcpMetadata, GoogleAuth } from 'google-auth-library';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createContext, type OpenContext } from '../../core/create-context.ts';
import { createGoogle, type Google } from '../../google/create-google.ts';

/** Without a project of its own, the library asks a gcloud process for one first, which takes seconds. */
const newToken = () =>
  new GoogleAuth({
    projectId: 'llm-demo',
    scopes: 'https://www.googleapis.com/auth/cloud-platform',
  }).getAccessToken();

let open: OpenContext;
let google: Google;
let directory: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'llmgw-google-'));
  open = await createContext({ port: 0, speed: 600, directory });
  google = createGoogle(open.context);
  await open.open();
  process.env['GCE_METADATA_HOST'] = new URL(open.context.baseUrl).host;
  process.env['METADATA_SERVER_DETECTION'] = 'assume-present';
});

afterEach(async () => {
  delete process.env['GCE_METADATA_HOST'];
  delete process.env['METADATA_SERVER_DETECTION'];
  await google.stop();
  await open.close();
  rmSync(directory, { recursive: true });
});

test('application default credentials get a token that the other services accept', async () => {
  expect(await gcpMetadata.project('project-id')).toBe('llm-demo');
  const token = await newToken();
  expect(token).toMatch(/^ya29\.sandbox-/);
  expect(google.identity.isValidToken(`Bearer ${token}`)).toBe(true);
  expect(google.identity.isValidToken(`Bearer ${token}x`)).toBe(false);
  expect(google.identity.isValidToken(undefined)).toBe(false);
  expect(open.context.unknown).toEqual([]);
});

test('an expired token is refused and replaced by a new one', async () => {
  const first = await newToken();
  expect(await newToken()).toBe(first);
  google.expireTokens();
  expect(google.identity.isValidToken(`Bearer ${first}`)).toBe(false);
  const second = await newToken();
  expect(second).not.toBe(first);
  expect(google.identity.isValidToken(`Bearer ${second}`)).toBe(true);
});

test('the metadata server requires and returns its header, and reports unknown keys', async () => {
  const url = `${open.context.baseUrl}/computeMetadata/v1/instance/service-accounts/default/email`;
  const without = await fetch(url);
  expect(without.status).toBe(403);
  const asked = { headers: { 'Metadata-Flavor': 'Google' } };
  const right = await fetch(url, asked);
  expect(right.headers.get('metadata-flavor')).toBe('Google');
  expect(await right.text()).toBe('llmgw-bot@llm-demo.iam.gserviceaccount.com');
  const unknown = await fetch(`${open.context.baseUrl}/computeMetadata/v1/instance/tags`, asked);
  expect(unknown.status).toBe(404);
  expect(open.context.unknown.map(({ call }) => call)).toEqual(['GET instance/tags']);
});

test('an injected fault affects the metadata server', async () => {
  const url = `${open.context.baseUrl}/computeMetadata/v1/project/project-id`;
  const asked = { headers: { 'Metadata-Flavor': 'Google' } };
  const rule = { service: 'metadata', operation: 'project-id', probability: 1, seed: 1 } as const;
  open.context.faults.add({
    ...rule,
    action: { kind: 'status', status: 503, body: 'later', headers: { 'retry-after': '1' } },
    times: 1,
  });
  const struck = await fetch(url, asked);
  expect([struck.status, await struck.text(), struck.headers.get('retry-after')]).toEqual([
    503,
    'later',
    '1',
  ]);
  for (const kind of ['reset', 'cut'] as const) {
    open.context.faults.add({ ...rule, action: { kind }, times: 1 });
    await expect(fetch(url, asked)).rejects.toThrow('fetch failed');
  }
  open.context.faults.add({ ...rule, action: { kind: 'delay', ms: 5 }, times: 1 });
  expect(await (await fetch(url, asked)).text()).toBe('llm-demo');
  expect(open.context.faults.list()).toEqual([]);
});
