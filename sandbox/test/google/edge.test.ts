// Tests of all Google APIs: tokens, disabled APIs, unknown methods, faults and coverage.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { googleCoverage, metadataCoverage } from '../../google/coverage.ts';
import { metadataEntries } from '../../google/metadata.ts';
import { fetchToken, openGoogle, type OpenGoogle } from './open-google.ts';

let opened: OpenGoogle;

beforeEach(async () => {
  opened = await openGoogle();
});
afterEach(() => opened.end());

async function ask(path: string, token?: string): Promise<{ status: number; error?: unknown }> {
  const headers = { authorization: `Bearer ${token ?? opened.auth.credentials.access_token}` };
  const answer = await fetch(`${opened.context.baseUrl}${path}`, { headers });
  return { status: answer.status, ...((await answer.json()) as { error?: unknown }) };
}

const project = '/resourcemanager/v3/projects/llm-demo';

test('missing, wrong and expired tokens are refused', async () => {
  expect((await ask(project)).status).toBe(200);
  expect((await fetch(`${opened.context.baseUrl}${project}`)).status).toBe(401);
  expect(await ask(project, 'ya29.sandbox-wrong')).toMatchObject({
    status: 401,
    error: { code: 401, status: 'UNAUTHENTICATED' },
  });
  opened.google.expireTokens();
  expect((await ask(project)).status).toBe(401);
  expect((await ask(project, await fetchToken(opened.context.baseUrl))).status).toBe(200);
});

test('the error of a disabled API describes how to enable it', async () => {
  const { state } = opened.google;
  for (const one of Object.values(state.projects)) one.enabledServices = [];
  const answer = await ask('/compute/compute/v1/projects/llm-demo/regions/us-central1');
  expect(answer).toMatchObject({ status: 403, error: { status: 'PERMISSION_DENIED' } });
  const { message, details } = answer.error as { message: string; details: unknown[] };
  expect(message).toBe(
    'Compute Engine API has not been used in project 424242424242 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project=424242424242 then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.',
  );
  expect(details[0]).toMatchObject({ reason: 'SERVICE_DISABLED' });
});

test('unknown methods are reported', async () => {
  expect(await ask('/compute/compute/v1/projects/llm-demo/aggregated/disks')).toMatchObject({
    status: 404,
    error: { message: 'Method not found.' },
  });
  expect(opened.context.unknown).toMatchObject([
    { service: 'compute', call: 'GET /compute/v1/projects/llm-demo/aggregated/disks' },
  ]);
});

test('a body that is not a JSON object is refused', async () => {
  for (const body of ['{', '[]', '7']) {
    const answer = await fetch(`${opened.context.baseUrl}${project}:testIamPermissions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${opened.auth.credentials.access_token}` },
      body,
    });
    expect(answer.status).toBe(400);
  }
});

test('an injected fault affects one method and no other', async () => {
  opened.context.faults.add({
    service: 'resourcemanager',
    operation: 'projects\\.get$',
    action: { kind: 'status', status: 503, body: '{"error":{"code":503}}', headers: {} },
    times: 1,
    probability: 1,
    seed: 1,
  });
  expect((await ask('/billing/v1/projects/llm-demo/billingInfo')).status).toBe(200);
  expect((await ask(project)).status).toBe(503);
  expect((await ask(project)).status).toBe(200);
});

test('the coverage list names exactly the served routes', () => {
  const ids = opened.google.apis.flatMap((api) => api.methods.map((method) => method.id));
  expect(googleCoverage.map((row) => row.method).toSorted()).toEqual(ids.toSorted());
  expect(metadataCoverage.map((row) => row.method).toSorted()).toEqual(
    Object.keys(metadataEntries).toSorted(),
  );
});
