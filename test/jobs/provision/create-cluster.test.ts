// Failures of cluster creation: capacity, quota, concurrent workers, and failed clusters.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCluster } from '../../../jobs/provision/steps/create-cluster.ts';
import { createClusterAccess } from '../../../src/clients/locate-cluster.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { type GkeClient, createGkeClient } from '../../../src/clients/gke/client.ts';
import { LlmgwError } from '../../../src/kernel/errors.ts';
import { fetchToken } from '../../../sandbox/test/google/open-google.ts';
import { type OpenGke, openGke } from '../../../sandbox/test/gke/open-gke.ts';
import { gatewayConfig } from './gateway-config.ts';
import { faultOf } from '../../support/fault-of.ts';

let opened: OpenGke;
let gke: GkeClient;
let context: Context;

beforeEach(async () => {
  opened = await openGke();
  project().enabledServices.push('container.googleapis.com');
  const get = () => fetchToken(opened.context.baseUrl);
  gke = createGkeClient({ get, refresh: get }, opened.gke.url);
  context = {
    env: { gateway: gatewayConfig, clients: { gke } },
    signal: new AbortController().signal,
  } as unknown as Context;
});
afterEach(async () => {
  await gke.close();
  await opened.end();
});

function project() {
  const found = opened.google.state.projects['llm-demo'];
  if (found === undefined) throw new Error('The project is missing.');
  return found;
}

test('two concurrent workers create one cluster', async () => {
  await Promise.all([createCluster.apply(context), createCluster.apply(context)]);
  opened.clock.advance(30 * 60_000);
  await expect.poll(() => createCluster.wait(context)).toMatchObject({ state: 'ready' });
  const operations = await gke.listOperations({
    projectId: 'llm-demo',
    location: 'us-central1-a',
    name: 'infgw-cluster',
  });
  expect(operations.filter(({ type }) => type === 'CREATE_CLUSTER')).toHaveLength(1);
});

test('a quota that is too small is reported with its figures', async () => {
  const quotas = project().compute.quotas['us-central1'];
  if (quotas === undefined) throw new Error('The region has no quotas.');
  quotas['C2_CPUS'] = 8;
  await expect(faultOf(createCluster.apply(context))).resolves.toMatchObject({
    kind: 'permanent',
    code: 'quota_exceeded',
    details: { metric: 'C2_CPUS', needed: 48, short: 40 },
  });
});

test('an operation that ends with an error fails, and a retry starts a new one', async () => {
  project().compute.stockouts['us-central1-a'] = ['c2-standard-16'];
  await createCluster.apply(context);
  await expect(createCluster.wait(context)).resolves.toMatchObject({ state: 'notYet' });
  opened.clock.advance(60 * 60_000);
  await expect(faultOf(createCluster.wait(context))).resolves.toMatchObject({
    kind: 'permanent',
    code: 'no_capacity',
    next: expect.stringContaining('MACHINE_TYPE'),
  });

  // The zone has capacity again; the failed cluster still exists and is deleted first.
  project().compute.stockouts = {};
  const again = async (): Promise<string> => {
    try {
      await createCluster.apply(context);
      return 'applied';
    } catch (thrown) {
      opened.clock.advance(10 * 60_000);
      return thrown instanceof LlmgwError ? thrown.fault.code : String(thrown);
    }
  };
  await expect.poll(again).toBe('applied');
  opened.clock.advance(30 * 60_000);
  await expect.poll(() => createCluster.wait(context)).toMatchObject({ state: 'ready' });
});

test('a cluster with fewer nodes than model servers is refused with its fix; more are accepted', async () => {
  await createCluster.apply(context);
  opened.clock.advance(30 * 60_000);
  await expect.poll(() => createCluster.wait(context)).toMatchObject({ state: 'ready' });
  const wanting = (nodeCount: number): Context => ({
    ...context,
    env: { ...context.env, gateway: { ...gatewayConfig, nodeCount } },
  });
  await expect(createCluster.check(wanting(5))).resolves.toMatchObject({
    state: 'refused',
    why: { code: 'too_few_nodes', next: expect.stringContaining('--num-nodes 5') },
  });
  await expect(createCluster.check(wanting(2))).resolves.toMatchObject({ state: 'done' });
});

test('a deletion that ended with an error is reported with its message, and requested again', async () => {
  await createCluster.apply(context);
  opened.clock.advance(30 * 60_000);
  await expect.poll(() => createCluster.wait(context)).toMatchObject({ state: 'ready' });
  const message = 'Google Compute Engine: the network resource default is in use.';
  opened.gke.state.operationErrors = [{ kind: 'DELETE_CLUSTER', code: 9, message }];
  const { undo } = createCluster;
  if ('none' in undo) throw new Error('The cluster has no removal.');
  const ours = async () => (await undo.inventory(context)).ours;

  await undo.remove(context);
  expect(await ours()).toEqual(['Cluster infgw-cluster (being deleted)']);
  opened.clock.advance(10 * 60_000);
  await expect.poll(ours).toEqual([`Cluster infgw-cluster (ERROR: ${message})`]);

  await undo.remove(context);
  opened.clock.advance(10 * 60_000);
  await expect.poll(ours).toEqual([]);
});

async function clusterRecord() {
  await createCluster.apply(context);
  opened.clock.advance(30 * 60_000);
  await expect.poll(() => createCluster.wait(context)).toMatchObject({ state: 'ready' });
  return Object.values(opened.gke.state.clusters)[0] ?? expect.fail('no cluster');
}

test('a DEGRADED cluster is usable, and is shown with the message of GKE', async () => {
  const cluster = await clusterRecord();
  cluster.status = 'DEGRADED';
  const message = 'Some nodes are unhealthy: 1 of 3.';
  cluster.conditions = [{ code: 'UNKNOWN', canonicalCode: 'UNKNOWN', message }];
  await expect(createCluster.wait(context)).resolves.toMatchObject({
    state: 'ready',
    output: { warning: expect.stringContaining(`infgw-cluster is DEGRADED: ${message}`) },
  });
  await expect(createCluster.glance?.(context)).resolves.toMatchObject({
    state: 'needed',
    why: 'not_ready',
    unmet: expect.stringContaining(message),
  });
});

test('a node pool that runs with an error is shown, and the cluster is usable', async () => {
  const cluster = await clusterRecord();
  const [pool] = cluster.nodePools;
  if (pool === undefined) return expect.fail('no node pool');
  pool.status = 'RUNNING_WITH_ERROR';
  pool.statusMessage = 'Insufficient quota for one more node.';
  await expect(createCluster.wait(context)).resolves.toMatchObject({ state: 'ready' });
  await expect(createCluster.check(context)).resolves.toMatchObject({
    state: 'needed',
    unmet: expect.stringMatching(
      /node pool default-pool is RUNNING_WITH_ERROR: Insufficient quota for one more node\./,
    ),
  });
});

test('a cluster without an IP endpoint is reached by its DNS endpoint', async () => {
  const cluster = await clusterRecord();
  cluster.endpoints = 'dns_only';
  await expect(createCluster.wait(context)).resolves.toMatchObject({ state: 'ready' });
  const place = { projectId: 'llm-demo', location: 'us-central1-a', name: 'infgw-cluster' };
  await expect(createClusterAccess(gke, place).get()).resolves.toEqual({
    server: `https://${cluster.endpoint}`,
    caCertificate: '',
  });
});

test('a DNS endpoint without external access is refused immediately, with the command', async () => {
  const cluster = await clusterRecord();
  cluster.endpoints = 'dns_closed';
  await expect(faultOf(createCluster.wait(context))).resolves.toMatchObject({
    kind: 'refused',
    code: 'no_endpoint',
    next: expect.stringContaining('--enable-dns-access'),
  });
});
