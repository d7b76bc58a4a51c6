// Tests of GKE with its client over gRPC: clusters, operations and refusals.
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gkeCoverage } from '../../gke/coverage.ts';
import { openGke, type OpenGke, refusal, wanted } from './open-gke.ts';

let opened: OpenGke;
const parent = 'projects/llm-demo/locations/us-central1-a';
const name = `${parent}/clusters/infgw-cluster`;
const minutes = (count: number): number => count * 60_000;

const create = (cluster = wanted) =>
  opened.client.createCluster({ parent, cluster }, opened.authorized);
const get = async () => (await opened.client.getCluster({ name }, opened.authorized))[0];
const operationOf = async (short: string) =>
  (
    await opened.client.getOperation({ name: `${parent}/operations/${short}` }, opened.authorized)
  )[0];
/** An API server opens during the test, which takes real time. */
const untilReachable = () =>
  vi.waitFor(async () => {
    const cluster = await get();
    expect(cluster.endpoint).toMatch(/^127\.0\.0\.1:\d+$/);
    return cluster;
  }, 10_000);

beforeEach(async () => {
  opened = await openGke();
  opened.google.state.projects['llm-demo']?.enabledServices.push('container.googleapis.com');
});
afterEach(() => opened.end());

test('an operation creates a cluster', async () => {
  const [operation] = await create();
  expect(operation).toMatchObject({
    operationType: 'CREATE_CLUSTER',
    status: 'PENDING',
    zone: 'us-central1-a',
    targetLink: `https://container.googleapis.com/v1/projects/llm-demo/zones/us-central1-a/clusters/infgw-cluster`,
  });
  const fresh = await get();
  expect(fresh).toMatchObject({ status: 'PROVISIONING', endpoint: '' });

  opened.clock.advance(30_000);
  const reachable = await untilReachable();
  expect(reachable.status).toBe('PROVISIONING');
  const pem = Buffer.from(reachable.masterAuth?.clusterCaCertificate ?? '', 'base64').toString();
  expect(pem).toContain('BEGIN CERTIFICATE');
  const running = await operationOf(operation.name ?? '');
  expect(running).toMatchObject({ status: 'RUNNING' });
  expect(running.progress?.metrics?.map((metric) => metric.name)).toContain('CLUSTER_DEPLOYING');

  opened.clock.advance(minutes(7));
  expect(await operationOf(operation.name ?? '')).toMatchObject({ status: 'DONE', error: null });
  expect(await get()).toMatchObject({
    status: 'RUNNING',
    currentMasterVersion: '1.34.1-gke.3899001',
    currentNodeCount: 3,
    resourceLabels: { purpose: 'test' },
    workloadIdentityConfig: { workloadPool: 'llm-demo.svc.id.goog' },
    networkConfig: { gatewayApiConfig: { channel: 'CHANNEL_STANDARD' } },
    monitoringConfig: { componentConfig: { enableComponents: ['SYSTEM_COMPONENTS', 'DCGM'] } },
  });
  expect(opened.kubernetes.get(name)?.spec).toMatchObject({
    nodes: { count: 3 },
    gatewayApi: true,
  });
  expect(opened.gke.billable()).toEqual([{ service: 'gke', kind: 'Cluster', name }]);
  expect(opened.google.state.projects['llm-demo']?.hasWorkloadPool).toBe(true);
  expect(opened.context.unknown).toEqual([]);
});

test('an operation deletes a cluster and releases its machines', async () => {
  const { compute } = opened.google;
  await create();
  opened.clock.advance(30_000);
  await untilReachable();
  opened.clock.advance(minutes(7));
  expect(compute.shortage('llm-demo', 'us-central1', { C2_CPUS: 48 })?.available).toBe(16);

  const [operation] = await opened.client.deleteCluster({ name }, opened.authorized);
  expect(await get()).toMatchObject({ status: 'STOPPING' });
  const busy = await refusal(opened.client.deleteCluster({ name }, opened.authorized));
  expect(busy).toMatchObject({
    code: status.FAILED_PRECONDITION,
    details: `Cluster is running incompatible operation ${operation.name}.`,
  });
  opened.clock.advance(minutes(5));
  await vi.waitFor(async () =>
    expect(await operationOf(operation.name ?? '')).toMatchObject({ status: 'DONE' }),
  );
  expect(await refusal(get())).toMatchObject({
    code: status.NOT_FOUND,
    details: 'Not found: projects/llm-demo/zones/us-central1-a/clusters/infgw-cluster.',
  });
  expect(compute.shortage('llm-demo', 'us-central1', { C2_CPUS: 64 })).toBeUndefined();
  expect(opened.kubernetes.list()).toEqual([]);
  const [listed] = await opened.client.listOperations({ parent }, opened.authorized);
  expect(listed.operations?.map((one) => one.operationType)).toEqual([
    'CREATE_CLUSTER',
    'DELETE_CLUSTER',
  ]);
});

test('a control plane upgrade refuses other operations, and the API does not listen', async () => {
  await create();
  opened.clock.advance(30_000);
  await untilReachable();
  opened.clock.advance(minutes(7));
  await vi.waitFor(async () => expect(await get()).toMatchObject({ status: 'RUNNING' }));
  const { endpoint } = await get();
  const reached = async () =>
    await fetch(`https://${endpoint}/version`).then(
      () => 'answered',
      (error: Error) => String((error.cause as { code?: string }).code),
    );
  expect(await opened.gke.upgrades.startUpgrades('UPGRADE_MASTER')).toBe(1);
  expect(await get()).toMatchObject({ status: 'RECONCILING', endpoint });
  expect(await reached()).toBe('ECONNREFUSED');
  const [listed] = await opened.client.listOperations({ parent }, opened.authorized);
  const upgrade = listed.operations?.find((one) => one.operationType === 'UPGRADE_MASTER');
  expect(upgrade).toMatchObject({ status: 'RUNNING' });
  expect(await refusal(opened.client.deleteCluster({ name }, opened.authorized))).toMatchObject({
    code: status.FAILED_PRECONDITION,
    details: `Operation ${upgrade?.name} is currently upgrading cluster infgw-cluster. Please wait and try again once it is done.`,
  });
  opened.clock.advance(minutes(5));
  await vi.waitFor(async () => expect(await get()).toMatchObject({ status: 'RUNNING' }));
  expect(await reached()).not.toBe('ECONNREFUSED');
  await opened.gke.upgrades.startUpgrades('UPGRADE_NODES');
  expect(await reached()).not.toBe('ECONNREFUSED');
  await opened.gke.upgrades.endUpgrades();
  await opened.client.deleteCluster({ name }, opened.authorized);
});

test('a cluster name is unique, and a cluster with an active operation refuses another', async () => {
  const [operation] = await create();
  expect(await refusal(create())).toMatchObject({
    code: status.ALREADY_EXISTS,
    details: 'Already exists: projects/llm-demo/zones/us-central1-a/clusters/infgw-cluster.',
  });
  const busy = await refusal(opened.client.deleteCluster({ name }, opened.authorized));
  expect(busy.details).toBe(`Cluster is running incompatible operation ${operation.name}.`);
  const cancel = opened.client.cancelOperation(
    { name: `${parent}/operations/${operation.name}` },
    opened.authorized,
  );
  expect(await refusal(cancel)).toMatchObject({ code: status.INVALID_ARGUMENT });
  const [all] = await opened.client.listClusters(
    { parent: 'projects/llm-demo/locations/-' },
    opened.authorized,
  );
  expect(all.clusters?.map((cluster) => cluster.name)).toEqual(['infgw-cluster']);
});

test('a cluster with an active operation refuses with the code and message that the state sets', async () => {
  const [operation] = await create();
  const code = status.ABORTED;
  opened.gke.state.busyRefusal = { code, message: 'Not now, {operation}.' };
  expect(await refusal(opened.client.deleteCluster({ name }, opened.authorized))).toMatchObject({
    code,
    details: `Not now, ${operation.name}.`,
  });
  opened.clock.advance(30_000);
  await untilReachable();
  opened.clock.advance(minutes(7));
  await vi.waitFor(async () => expect(await get()).toMatchObject({ status: 'RUNNING' }));
  const [pool] = Object.values(opened.gke.state.clusters)[0]?.nodePools ?? [];
  Object.assign(pool ?? {}, { status: 'RECONCILING' });
  expect((await get()).nodePools).toMatchObject([{ status: 'RECONCILING' }]);
  await opened.client.deleteCluster({ name }, opened.authorized);
});

test("a request above the quota is refused at once with GKE's message", async () => {
  const quotas = opened.google.state.projects['llm-demo']?.compute.quotas['us-central1'];
  if (quotas !== undefined) quotas['C2_CPUS'] = 8;
  expect(await refusal(create())).toMatchObject({
    code: status.PERMISSION_DENIED,
    details:
      "Insufficient regional quota to satisfy request: resource \"C2_CPUS\": request requires '48.0' and is short '40.0'. project has a quota of '8.0' with '8.0' available. View and manage quotas at https://console.cloud.google.com/iam-admin/quotas?usage=USED&project=llm-demo.",
  });
  expect(opened.gke.billable()).toEqual([]);
});

test('a stockout fails inside a DONE operation after a long time', async () => {
  const compute = opened.google.state.projects['llm-demo']?.compute;
  if (compute !== undefined) compute.stockouts['us-central1-a'] = ['c2-standard-16'];
  const [operation] = await create();
  opened.clock.advance(30_000);
  await untilReachable();
  opened.clock.advance(minutes(20));
  expect(await operationOf(operation.name ?? '')).toMatchObject({ status: 'RUNNING' });
  opened.clock.advance(minutes(20));
  const failed = await operationOf(operation.name ?? '');
  expect(failed).toMatchObject({ status: 'DONE', error: { code: 8 } });
  expect(failed.error?.message).toContain('does not have enough resources available to fulfill');
  const cluster = await get();
  expect(cluster.status).toBe('ERROR');
  expect(cluster.conditions?.[0]).toMatchObject({ code: 'GCE_STOCKOUT' });
  expect(opened.google.compute.shortage('llm-demo', 'us-central1', { C2_CPUS: 64 })).toBe(
    undefined,
  );
});

test('a quota of CPUs in all regions fails the machines minutes later inside a DONE operation', async () => {
  const compute = opened.google.state.projects['llm-demo']?.compute;
  if (compute !== undefined) compute.cpusAllRegions = 32;
  const [operation] = await create();
  opened.clock.advance(30_000);
  await untilReachable();
  opened.clock.advance(minutes(7));
  const failed = await operationOf(operation.name ?? '');
  expect(failed).toMatchObject({ status: 'DONE', error: { code: 8 } });
  expect(failed.error?.message).toMatch(
    /Current errors: \[GCE_QUOTA_EXCEEDED\]: .*Quota 'CPUS_ALL_REGIONS' exceeded\. {2}Limit: 32\.0 globally\.$/,
  );
  const cluster = await get();
  expect(cluster.status).toBe('ERROR');
  expect(cluster.conditions?.[0]).toMatchObject({ code: 'GCE_QUOTA_EXCEEDED' });
  expect(compute?.holdings).toEqual({});
});

test('invalid clusters are refused', async () => {
  const pool = (machineType: string, initialNodeCount = 1) => ({
    nodePools: [{ name: 'default-pool', initialNodeCount, config: { machineType } }],
  });
  const wrong: [typeof wanted, string][] = [
    [{ name: 'Upper' }, 'Invalid value for field "cluster.name"'],
    [{ network: 'nowhere' }, 'Network "nowhere" does not exist.'],
    [{ subnetwork: 'nowhere' }, 'Subnetwork "nowhere" does not exist in region "us-central1".'],
    [{ initialClusterVersion: '1.31' }, 'No valid versions with the prefix "1.31" found.'],
    [{ initialClusterVersion: '1.34.9-gke.1' }, 'Master version "1.34.9-gke.1" is unsupported.'],
    [
      { workloadIdentityConfig: { workloadPool: 'x.svc.id.goog' } },
      'the only supported WorkloadPool',
    ],
    [
      { monitoringConfig: { componentConfig: { enableComponents: [15] } } },
      'Must include system monitoring if any monitoring is enabled.',
    ],
    [pool('c9-standard-16'), "Machine type with name 'c9-standard-16' does not exist in zone"],
    [pool('c2-standard-16', 0), 'initial_node_count must be greater than zero'],
  ];
  for (const [change, text] of wrong) {
    const refused = await refusal(create({ ...wanted, ...change }));
    expect(refused.code).toBe(status.INVALID_ARGUMENT);
    expect(refused.details).toContain(text);
  }
});

test('a missing token, a missing permission, an unbilled project and a disabled API are refused', async () => {
  const anonymous = opened.client.getCluster({ name }, { retry: null });
  expect(await refusal(anonymous)).toMatchObject({ code: status.UNAUTHENTICATED });
  opened.google.state.caller.deniedPermissions = ['container.clusters.create'];
  expect(await refusal(create())).toMatchObject({
    code: status.PERMISSION_DENIED,
    details: 'Required "container.clusters.create" permission(s) for "projects/llm-demo".',
  });
  opened.google.state.caller.deniedPermissions = [];
  const project = opened.google.state.projects['llm-demo'];
  if (project !== undefined) project.billingAccount = '';
  expect(await refusal(create())).toMatchObject({
    code: status.PERMISSION_DENIED,
    reason: 'BILLING_DISABLED',
  });
  if (project !== undefined) project.enabledServices = [];
  const off = await refusal(create());
  expect(off).toMatchObject({ code: status.PERMISSION_DENIED, reason: 'SERVICE_DISABLED' });
  expect(off.details).toMatch(
    /^Kubernetes Engine API has not been used in project 424242424242 before or it is disabled\./,
  );
});

test('the server config lists the versions', async () => {
  const [config] = await opened.client.getServerConfig({ name: parent }, opened.authorized);
  const rapid = config.channels?.find((channel) => channel.channel === 'RAPID');
  expect(rapid?.validVersions).toContain(rapid?.defaultVersion);
  expect(config.validMasterVersions?.[0]).toBe('1.34.3-gke.1245000');
});

test('a cluster creation continues after a restart, and the API server runs again', async () => {
  const [operation] = await create();
  opened.clock.advance(30_000);
  await untilReachable();
  await opened.pause();
  opened = await openGke({ clock: opened.clock, directory: opened.directory });
  expect(opened.kubernetes.get(name)?.endpoint).toBe((await get()).endpoint);
  expect(await operationOf(operation.name ?? '')).toMatchObject({ status: 'RUNNING' });
  opened.clock.advance(minutes(7));
  expect(await operationOf(operation.name ?? '')).toMatchObject({ status: 'DONE' });
  expect(await get()).toMatchObject({ status: 'RUNNING' });
});

test('an unsupported method returns UNIMPLEMENTED and is reported', async () => {
  const call = opened.client.listNodePools({ parent: name }, opened.authorized);
  expect(await refusal(call)).toMatchObject({ code: status.UNIMPLEMENTED });
  expect(opened.context.unknown).toMatchObject([
    { service: 'gke', call: 'ClusterManager.ListNodePools' },
  ]);
});

test('an injected fault affects GKE', async () => {
  const rule = { service: 'gke', operation: 'ClusterManager', probability: 1, seed: 1 } as const;
  const strike = { ...rule, operation: 'GetServerConfig', times: 1 };
  const ask = () => opened.client.getServerConfig({ name: parent }, opened.authorized);
  opened.context.faults.add({
    ...strike,
    action: { kind: 'status', status: 503, body: 'try later', headers: {} },
  });
  expect(await refusal(ask())).toMatchObject({ code: status.UNAVAILABLE, details: 'try later' });
  for (const kind of ['reset', 'cut'] as const) {
    opened.context.faults.add({ ...strike, action: { kind } });
    expect((await refusal(ask())).code).toBeOneOf([status.UNAVAILABLE, status.CANCELLED]);
  }
  opened.context.faults.add({ ...strike, action: { kind: 'delay', ms: 5 } });
  await ask();
  expect(opened.context.faults.list()).toEqual([]);
});

test('the coverage list names exactly the served methods', () => {
  expect(gkeCoverage.map((row) => row.method).toSorted()).toEqual(
    opened.gke.methods.map((method) => `ClusterManager.${method}`).toSorted(),
  );
});
