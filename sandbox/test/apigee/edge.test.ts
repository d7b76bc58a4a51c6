// Tests of the Apigee API's edge: routes, coverage list, rate limit and faults.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { apigeeCoverage } from '../../apigee/coverage.ts';
import { isThere, methods, shapeOf } from './discovery.ts';
import { openApigee, type OpenApigee, refused } from './open-apigee.ts';

let opened: OpenApigee;

beforeEach(async () => {
  opened = await openApigee();
});
afterEach(() => opened.end());

const organization = 'v1/organizations/{organizationsId}';
const environment = `${organization}/environments/{environmentsId}`;
/** The document beside the repository is cut; these routes come from the reference pages. */
const beyond = [
  ['apps.list', 'GET', `${organization}/apps`],
  ['deployments.list', 'GET', `${organization}/deployments`],
  ['environments.deployments.list', 'GET', `${environment}/deployments`],
  ['apis.get', 'GET', `${organization}/apis/{apisId}`],
  ['apis.delete', 'DELETE', `${organization}/apis/{apisId}`],
  ['sharedflows.get', 'GET', `${organization}/sharedflows/{sharedflowsId}`],
  ['sharedflows.delete', 'DELETE', `${organization}/sharedflows/{sharedflowsId}`],
  [
    'environments.apis.revisions.undeploy',
    'DELETE',
    `${environment}/apis/{apisId}/revisions/{revisionsId}/deployments`,
  ],
  [
    'environments.sharedflows.revisions.undeploy',
    'DELETE',
    `${environment}/sharedflows/{sharedflowsId}/revisions/{revisionsId}/deployments`,
  ],
  ['environments.flowhooks.get', 'GET', `${environment}/flowhooks/{flowhooksId}`],
  [
    'environments.flowhooks.attachSharedFlowToFlowHook',
    'PUT',
    `${environment}/flowhooks/{flowhooksId}`,
  ],
  [
    'environments.flowhooks.detachSharedFlowFromFlowHook',
    'DELETE',
    `${environment}/flowhooks/{flowhooksId}`,
  ],
].map(([id = '', httpMethod = '', flatPath = '']) => ({
  id: `apigee.organizations.${id}`,
  httpMethod,
  flatPath,
}));

test('the coverage list names exactly the served routes', () => {
  expect(apigeeCoverage.map((row) => row.method).toSorted()).toEqual(
    opened.apigee.api.methods.map((method) => method.id).toSorted(),
  );
});

test.runIf(isThere)('the routes match the discovery document', () => {
  for (const { id, verb, path } of opened.apigee.api.methods) {
    const found = [...methods, ...beyond].find((method) => method.id === id);
    expect([id, found?.httpMethod, shapeOf(found?.flatPath ?? '')]).toEqual([
      id,
      verb,
      shapeOf(path),
    ]);
  }
});

test('calls above the limit per minute are refused', async () => {
  expect(opened.apigee.api.callsPerMinute).toBe(6000);
  await opened.end();
  opened = await openApigee({ callsPerMinute: 3 });
  for (let call = 0; call < 3; call += 1) {
    expect((await opened.call('GET', '')).status).toBe(200);
  }
  expect(refused(await opened.call('GET', ''))).toMatchObject({
    status: 429,
    code: 'RESOURCE_EXHAUSTED',
  });
  opened.clock.advance(60_000);
  expect((await opened.call('GET', '')).status).toBe(200);
});

test('a disabled API and an unsupported method get distinct errors', async () => {
  const stats = await opened.call('GET', '/environments/e/optimizedStats/apiproxy');
  expect(stats.status).toBe(404);
  expect(opened.context.unknown).toMatchObject([{ service: 'apigee' }]);
  for (const project of Object.values(opened.google.state.projects)) project.enabledServices = [];
  expect(refused(await opened.call('GET', '')).message).toMatch(/^Apigee API has not been used/);
});

test('an injected fault affects one method', async () => {
  opened.context.faults.add({
    service: 'apigee',
    operation: 'organizations\\.get$',
    action: {
      kind: 'status',
      status: 429,
      body: '{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}',
      headers: { 'retry-after': '2' },
    },
    times: 1,
    probability: 1,
    seed: 1,
  });
  expect((await opened.call('GET', '/instances')).status).toBe(200);
  expect((await opened.call('GET', '')).status).toBe(429);
  expect((await opened.call('GET', '')).status).toBe(200);
});
