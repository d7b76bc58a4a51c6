// Refusals of GKE whose code decides nothing: the state of the cluster decides, then the wording.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenGke, openGke } from '../../../sandbox/test/gke/open-gke.ts';
import { fetchToken } from '../../../sandbox/test/google/open-google.ts';
import type { ClusterRecord, OperationRecord } from '../../../sandbox/gke/state.ts';
import { createGkeClient, type GkeClient } from '../../../src/clients/gke/client.ts';
import { faultOf } from '../../support/fault-of.ts';
import { clusterSpec } from './cluster-spec.ts';

const unknown = 'The state of the resource does not allow this.';
const forPerson = 'Deletion protection is enabled.';

let opened: OpenGke;
let gke: GkeClient;

beforeEach(async () => {
  opened = await openGke();
  opened.google.state.projects['llm-demo']?.enabledServices.push('container.googleapis.com');
  const token = () => fetchToken(opened.context.baseUrl);
  gke = createGkeClient({ get: token, refresh: token }, opened.gke.url);
});
afterEach(async () => {
  await gke.close();
  await opened.end();
});

/** A cluster in the state RUNNING, and its creation, which is done. */
async function running(name = clusterSpec.name): Promise<[ClusterRecord, OperationRecord]> {
  const { name: started } = await gke.createCluster({ ...clusterSpec, name });
  const cluster = Object.values(opened.gke.state.clusters).find((one) => one.name === name);
  const operation = opened.gke.state.operations[started];
  if (cluster === undefined || operation === undefined) return expect.fail('no cluster');
  cluster.status = 'RUNNING';
  operation.status = 'DONE';
  return [cluster, operation];
}

function refuse(operation: string, status: number, body: string, times?: number): void {
  opened.context.faults.add({
    service: 'gke',
    operation: `^${operation}$`,
    action: { kind: 'status', status, body, headers: {} },
    probability: 1,
    seed: 1,
    ...(times === undefined ? {} : { times }),
  });
}

const waitsFor = (operation: string) => ({
  kind: 'transient',
  code: 'busy',
  untilDeadline: true,
  details: { waitsFor: operation },
});

test.each([
  ['PENDING', 9, unknown],
  ['RUNNING', 9, unknown],
  ['ABORTING', 3, unknown],
  ['RUNNING', 10, unknown],
  ['RUNNING', 9, forPerson],
  ['RUNNING', 9, 'Insufficient quota: CPUS.'],
] as const)(
  'a deletion waits for an operation of the cluster that is %s: code %i, "%s"',
  async (status, code, message) => {
    const [, operation] = await running();
    operation.status = status;
    opened.gke.state.busyRefusal = { code, message };
    const fault = await faultOf(gke.deleteCluster(clusterSpec));
    expect(fault).toMatchObject(waitsFor(operation.name));
    expect(fault.message).toContain(message);
    expect(fault.message).toContain(operation.name);
  },
);

test.each(['PROVISIONING', 'RECONCILING', 'STOPPING'] as const)(
  'a cluster that is %s is waited for, though no operation is listed',
  async (status) => {
    const [cluster] = await running();
    cluster.status = status;
    refuse('DeleteCluster', 412, unknown);
    const fault = await faultOf(gke.deleteCluster(clusterSpec));
    expect(fault).toMatchObject({ kind: 'transient', code: 'busy', untilDeadline: true });
    expect(fault.message).toContain(status);
  },
);

test('a node pool in a state of transition is waited for', async () => {
  const [cluster] = await running();
  const [pool] = cluster.nodePools;
  if (pool === undefined) return expect.fail('no node pool');
  pool.status = 'STOPPING';
  refuse('DeleteCluster', 412, unknown);
  const fault = await faultOf(gke.deleteCluster(clusterSpec));
  expect(fault).toMatchObject({ kind: 'transient', code: 'busy' });
  expect(fault.message).toContain('node pool default-pool STOPPING');
});

test.each([
  [412, unknown],
  [412, forPerson],
  [400, unknown],
])('nothing runs: status %i, "%s" fails at once', async (status, message) => {
  await running();
  refuse('DeleteCluster', status, message);
  const fault = await faultOf(gke.deleteCluster(clusterSpec));
  expect(fault).toMatchObject({ kind: 'permanent', code: 'rejected' });
});

test('nothing runs: a wording that means later is waited for', async () => {
  await running();
  refuse('DeleteCluster', 412, 'Master is upgrading.');
  expect(await faultOf(gke.deleteCluster(clusterSpec))).toMatchObject({
    kind: 'transient',
    code: 'busy',
  });
});

test("another cluster's operation delays a creation, but no invalid one and none for a person", async () => {
  const [, operation] = await running('neighbour');
  operation.status = 'RUNNING';
  refuse('CreateCluster', 412, unknown, 1);
  expect(await faultOf(gke.createCluster(clusterSpec))).toMatchObject(waitsFor(operation.name));
  refuse('CreateCluster', 400, 'Master version "1.1" is unsupported.', 1);
  expect(await faultOf(gke.createCluster(clusterSpec))).toMatchObject({ kind: 'permanent' });
  refuse('CreateCluster', 412, 'Unenroll the project first.', 1);
  expect(await faultOf(gke.createCluster(clusterSpec))).toMatchObject({ kind: 'permanent' });
});

test('an operation that the refusal names by its full name is looked up where it is', async () => {
  const [, operation] = await running('neighbour');
  Object.assign(operation, { status: 'RUNNING', location: 'us-central1-b' });
  const name = `projects/llm-demo/zones/us-central1-b/operations/${operation.name}`;
  refuse('CreateCluster', 400, `Not allowed: see ${name}.`);
  expect(await faultOf(gke.createCluster(clusterSpec))).toMatchObject(waitsFor(operation.name));
});

test('a named operation that has ended: the call is made again, once', async () => {
  const [, operation] = await running();
  refuse('DeleteCluster', 412, `Not allowed: see ${operation.name}.`, 1);
  await expect(gke.deleteCluster(clusterSpec)).resolves.toMatchObject({ type: 'DELETE_CLUSTER' });
});

test('a named operation that has ended, and the same refusal again: the wording decides', async () => {
  const [, operation] = await running();
  refuse('DeleteCluster', 412, `Cluster creation ${operation.name} has failed.`);
  expect(await faultOf(gke.deleteCluster(clusterSpec))).toMatchObject({ kind: 'permanent' });
  const struck = opened.context.faults.strikes();
  expect(struck.filter(({ operation: call }) => call === 'DeleteCluster')).toHaveLength(2);
});

test('a state that cannot be read leaves the verdict to the wording', async () => {
  const [, operation] = await running();
  operation.status = 'RUNNING';
  refuse('(ListOperations|GetCluster|GetOperation)', 503, '');
  opened.gke.state.busyRefusal = { code: 9, message: unknown };
  expect(await faultOf(gke.deleteCluster(clusterSpec))).toMatchObject({ kind: 'permanent' });
  opened.gke.state.busyRefusal = { code: 9, message: 'Node pool p is being drained.' };
  expect(await faultOf(gke.deleteCluster(clusterSpec))).toMatchObject({
    kind: 'transient',
    code: 'busy',
  });
});

test('half of the state that cannot be read leaves the other half', async () => {
  const [cluster] = await running();
  cluster.status = 'RECONCILING';
  refuse('ListOperations', 503, '');
  refuse('DeleteCluster', 412, unknown);
  expect(await faultOf(gke.deleteCluster(clusterSpec))).toMatchObject({
    kind: 'transient',
    code: 'busy',
  });
});

test('a name that is taken stays the answer while the creation runs', async () => {
  await gke.createCluster(clusterSpec);
  expect(await faultOf(gke.createCluster(clusterSpec))).toMatchObject({
    kind: 'refused',
    code: 'already_exists',
  });
});
