// GKE through our client over gRPC, against the sandbox's: what it makes, finds and refuses.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type GkeClient, createGkeClient } from '../../../src/clients/gke/client.ts';
import { createServiceUsage } from '../../../src/clients/google/service-usage.ts';
import { fetchToken } from '../../../sandbox/test/google/open-google.ts';
import { type OpenGke, openGke } from '../../../sandbox/test/gke/open-gke.ts';
import { faultOf } from '../../support/fault-of.ts';
import { clusterSpec } from './cluster-spec.ts';

let opened: OpenGke;
let gke: GkeClient;
let token: string;
let refreshes: number;

beforeEach(async () => {
  opened = await openGke();
  token = await fetchToken(opened.context.baseUrl);
  refreshes = 0;
  const tokens = {
    get: () => Promise.resolve(token),
    refresh: async () => {
      refreshes += 1;
      token = await fetchToken(opened.context.baseUrl);
      return token;
    },
  };
  gke = createGkeClient(tokens, opened.gke.url);
  await createServiceUsage(tokens, `${opened.context.baseUrl}/serviceusage/`).enable('llm-demo', [
    'container.googleapis.com',
  ]);
  opened.clock.advance(10 * 60_000);
  token = await fetchToken(opened.context.baseUrl);
});
afterEach(async () => {
  await gke.close();
  await opened.end();
});

test('creates a cluster as the sample does, and finds its operation again', async () => {
  await expect(gke.getCluster(clusterSpec)).resolves.toBeUndefined();
  const started = await gke.createCluster(clusterSpec);
  expect(started).toMatchObject({ type: 'CREATE_CLUSTER', cluster: 'infgw-cluster' });
  await expect(faultOf(gke.createCluster(clusterSpec))).resolves.toMatchObject({
    kind: 'refused',
    code: 'already_exists',
  });
  const [newest] = await gke.listOperations(clusterSpec);
  expect(newest?.name).toBe(started.name);

  opened.clock.advance(30 * 60_000);
  await expect.poll(async () => (await gke.getCluster(clusterSpec))?.status).toBe('RUNNING');
  await expect(gke.getOperation(clusterSpec, started.name)).resolves.toMatchObject({
    status: 'DONE',
    error: undefined,
  });
  const cluster = await gke.getCluster(clusterSpec);
  expect(cluster).toMatchObject({
    labels: { 'managed-by': 'llmgw' },
    workloadPool: 'llm-demo.svc.id.goog',
    hasGatewayApi: true,
    nodePools: [{ name: 'default-pool', machineType: 'c2-standard-16', nodeCount: 3 }],
  });
  expect(cluster?.endpoint).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(cluster?.caCertificate).not.toBe('');

  await gke.deleteCluster(clusterSpec);
  opened.clock.advance(30 * 60_000);
  await expect.poll(() => gke.getCluster(clusterSpec)).toBeUndefined();
  await expect(gke.deleteCluster(clusterSpec)).resolves.toBeUndefined();
});

test('what is not there is undefined, not an error', async () => {
  await expect(gke.getOperation(clusterSpec, 'operation-0')).resolves.toBeUndefined();
});

test('a token that has expired is renewed once', async () => {
  opened.google.expireTokens();
  await expect(gke.getCluster(clusterSpec)).resolves.toBeUndefined();
  expect(refreshes).toBe(1);
});

test.each([
  [503, { kind: 'transient', code: 'unavailable' }],
  [429, { kind: 'transient', code: 'rate_limited' }],
  [403, { kind: 'permanent', code: 'denied' }],
  [400, { kind: 'permanent', code: 'rejected' }],
] as const)('status %i of GKE', async (status, expected) => {
  opened.context.faults.add({
    service: 'gke',
    operation: 'GetCluster',
    action: { kind: 'status', status, headers: {} },
    probability: 1,
    seed: 1,
    times: 1,
  });
  await expect(faultOf(gke.getCluster(clusterSpec))).resolves.toMatchObject(expected);
  // It struck once: the library did not try again behind the engine's back.
  await expect(gke.getCluster(clusterSpec)).resolves.toBeUndefined();
});

test('nobody listening is transient, at once and not after ten minutes', async () => {
  const lost = createGkeClient(
    { get: () => Promise.resolve('x'), refresh: () => Promise.resolve('x') },
    'http://127.0.0.1:1',
  );
  await expect(faultOf(lost.getCluster(clusterSpec))).resolves.toMatchObject({
    kind: 'transient',
    code: 'unavailable',
  });
  await lost.close();
});
