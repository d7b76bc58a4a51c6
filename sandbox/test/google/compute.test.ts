// Tests of Compute Engine with its real client: quotas, subnetworks and operations.
import { compute } from 'googleapis/build/src/apis/compute/index.js';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openGoogle, type OpenGoogle, refusal, rooted } from './open-google.ts';

let opened: OpenGoogle;
const place = { project: 'llm-demo', region: 'us-central1' };
const proxyOnly = {
  name: 'proxy-only',
  network: 'projects/llm-demo/global/networks/default',
  purpose: 'REGIONAL_MANAGED_PROXY',
  role: 'ACTIVE',
  ipCidrRange: '10.129.0.0/23',
};

const client = () =>
  rooted(compute({ version: 'v1', auth: opened.auth }), `${opened.context.baseUrl}/compute/`);

beforeEach(async () => {
  opened = await openGoogle();
});
afterEach(() => opened.end());

test('quotas count the usage of clusters', async () => {
  const holding = { region: 'us-central1', network: 'default', subnetwork: 'default' };
  opened.google.compute.hold('llm-demo', 'a cluster', { ...holding, amounts: { C2_CPUS: 48 } });
  const region = await client().regions.get(place);
  const c2 = region.data.quotas?.find((quota) => quota.metric === 'C2_CPUS');
  expect(c2).toEqual({ metric: 'C2_CPUS', limit: 64, usage: 48 });
  expect(region.data.zones?.map((zone) => zone.split('/').at(-1))).toContain('us-central1-a');
  expect(opened.google.compute.shortage('llm-demo', 'us-central1', { C2_CPUS: 48 })).toEqual({
    metric: 'C2_CPUS',
    required: 48,
    limit: 64,
    available: 16,
  });
  opened.google.compute.release('llm-demo', 'a cluster');
  expect(opened.google.compute.shortage('llm-demo', 'us-central1', { C2_CPUS: 48 })).toBe(
    undefined,
  );
  const elsewhere = await client().regions.get({ ...place, region: 'europe-west4' });
  expect(elsewhere.data.quotas).toContainEqual({ metric: 'C2_CPUS', limit: 8, usage: 0 });
});

test('a project has one limit for the CPUs of all regions', async () => {
  const holding = { network: 'default', subnetwork: 'default' };
  const { compute: held } = opened.google;
  held.hold('llm-demo', 'one', { ...holding, region: 'us-east1', amounts: { C2_CPUS: 48 } });
  held.hold('llm-demo', 'two', {
    ...holding,
    region: 'us-west1',
    amounts: { CPUS: 4, INSTANCES: 1 },
  });
  const { data } = await client().projects.get({ project: place.project });
  expect(data.quotas).toEqual([{ metric: 'CPUS_ALL_REGIONS', limit: 200, usage: 52 }]);
});

test('zones, machine types and networks are returned, and missing resources are 404', async () => {
  const { project } = place;
  const zone = await client().zones.get({ project, zone: 'us-central1-a' });
  expect(zone.data).toMatchObject({ status: 'UP' });
  const machine = { project, zone: 'us-central1-a', machineType: 'c2-standard-16' };
  const type = await client().machineTypes.get(machine);
  expect(type.data).toMatchObject({ guestCpus: 16, memoryMb: 65_536 });
  const network = await client().networks.get({ project, network: 'default' });
  expect(network.data.subnetworks).toHaveLength(1);
  const missing = [
    client().networks.get({ project, network: 'nowhere' }),
    client().machineTypes.get({ ...machine, machineType: 'c2-standard-17' }),
    client().zones.get({ project, zone: 'us-central1-z' }),
    client().regions.get({ project, region: 'moon1' }),
    client().subnetworks.get({ ...place, subnetwork: 'nowhere' }),
    client().regionOperations.get({ ...place, operation: 'nothing' }),
  ];
  for (const call of missing) {
    expect(await refusal(call)).toMatchObject({ status: 404, reason: 'notFound' });
  }
});

test('operations create and delete a proxy-only subnetwork', async () => {
  const { compute: door } = opened.google;
  const insert = {
    ...place,
    requestBody: proxyOnly,
    requestId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  };
  const started = await client().subnetworks.insert(insert);
  expect(started.data).toMatchObject({ status: 'RUNNING', operationType: 'insert' });
  const repeated = await client().subnetworks.insert(insert);
  expect(repeated.data.name).toBe(started.data.name);
  const taken = client().subnetworks.insert({ ...place, requestBody: proxyOnly });
  expect(await refusal(taken)).toMatchObject({ status: 409, reason: 'alreadyExists' });
  expect(door.hasProxyOnlySubnet('llm-demo', 'default', 'us-central1')).toBe(false);

  const operation = started.data.name ?? '';
  const waiting = client().regionOperations.wait({ ...place, operation });
  opened.clock.advance(30_000);
  const done = await waiting;
  expect(done.data).toMatchObject({ status: 'DONE', progress: 100 });
  expect(door.hasProxyOnlySubnet('llm-demo', 'default', 'us-central1')).toBe(true);
  const got = await client().subnetworks.get({ ...place, subnetwork: 'proxy-only' });
  expect(got.data).toMatchObject({ role: 'ACTIVE', ipCidrRange: '10.129.0.0/23' });
  const listed = await client().subnetworks.list({
    ...place,
    filter: '(purpose = "REGIONAL_MANAGED_PROXY") AND (role = ACTIVE)',
  });
  expect(listed.data.items?.map((subnetwork) => subnetwork.name)).toEqual(['proxy-only']);

  await client().subnetworks.delete({ ...place, subnetwork: 'proxy-only' });
  expect(door.hasProxyOnlySubnet('llm-demo', 'default', 'us-central1')).toBe(true);
  opened.clock.advance(30_000);
  expect(door.hasProxyOnlySubnet('llm-demo', 'default', 'us-central1')).toBe(false);
  expect(opened.context.unknown).toEqual([]);
});

test('an accepted subnetwork can fail in its operation', async () => {
  const message = 'Quota SUBNETWORKS exceeded. Limit: 100.0 globally.';
  opened.google.state.operationErrors = [{ kind: 'insert', code: 8, message }];
  const started = await client().subnetworks.insert({ ...place, requestBody: proxyOnly });
  opened.clock.advance(60_000);
  const operation = started.data.name ?? '';
  const { data } = await client().regionOperations.get({ ...place, operation });
  expect(data).toMatchObject({
    status: 'DONE',
    error: { errors: [{ code: 'QUOTA_EXCEEDED', message }] },
    httpErrorStatusCode: 403,
  });
  const missing = client().subnetworks.get({ ...place, subnetwork: proxyOnly.name });
  expect(await refusal(missing)).toMatchObject({ status: 404 });
});

test('invalid subnetworks and the deletion of a subnetwork in use are refused', async () => {
  const insert = (change: Partial<typeof proxyOnly>) =>
    refusal(client().subnetworks.insert({ ...place, requestBody: { ...proxyOnly, ...change } }));
  expect(await insert({ name: 'default', ipCidrRange: '10.200.0.0/23' })).toMatchObject({
    status: 409,
    reason: 'alreadyExists',
  });
  const overlapping = await insert({ ipCidrRange: '10.128.8.0/23' });
  expect(overlapping.message).toContain(
    "Invalid IPCidrRange: 10.128.8.0/23 conflicts with existing subnetwork 'default' in region 'us-central1'.",
  );
  for (const wrong of [
    { ipCidrRange: '10.129.0.0/27' },
    { ipCidrRange: 'nonsense' },
    { name: 'UPPER' },
    { role: 'PASSIVE' },
    { purpose: 'PRIVATE' },
    { purpose: 'NONSENSE' },
  ]) {
    expect(await insert(wrong)).toMatchObject({ status: 400, reason: 'invalid' });
  }
  const holding = { region: 'us-central1', network: 'default', subnetwork: 'default' };
  opened.google.compute.hold('llm-demo', 'a cluster', { ...holding, amounts: {} });
  const inUse = client().subnetworks.delete({ ...place, subnetwork: 'default' });
  expect(await refusal(inUse)).toMatchObject({
    status: 400,
    reason: 'resourceInUseByAnotherResource',
  });
});

test('ranges of pods, services and peers are listed and refused to other subnetworks', async () => {
  const project = opened.google.state.projects['llm-demo'] ?? expect.fail('no project');
  const { networks, subnetworks } = project.compute;
  const subnet = subnetworks['us-central1']?.['default'] ?? expect.fail('no subnetwork');
  subnet.secondaryIpRanges = [{ rangeName: 'pods', ipCidrRange: '10.4.0.0/14' }];
  project.compute.reservedRanges = [
    { name: 'apigee', network: 'default', address: '10.20.0.0', prefixLength: 22 },
  ];
  const peer = 'projects/hub/global/networks/hub';
  const network = networks['default'] ?? expect.fail('no network');
  network.peerings = [{ name: 'to-hub', network: peer, ranges: ['10.30.0.0/20'] }];

  const { data: all } = await client().subnetworks.aggregatedList({ project: 'llm-demo' });
  expect(all.items?.['regions/us-central1']?.subnetworks?.[0]?.secondaryIpRanges).toEqual([
    { rangeName: 'pods', ipCidrRange: '10.4.0.0/14' },
  ]);
  const { data: addresses } = await client().globalAddresses.list({ project: 'llm-demo' });
  expect(addresses.items).toEqual([
    expect.objectContaining({ address: '10.20.0.0', prefixLength: 22, purpose: 'VPC_PEERING' }),
  ]);
  const { data: shown } = await client().networks.get({ project: 'llm-demo', network: 'default' });
  expect(shown.peerings).toEqual([expect.objectContaining({ name: 'to-hub', state: 'ACTIVE' })]);
  const { data: routes } = await client().networks.listPeeringRoutes({
    project: 'llm-demo',
    network: 'default',
    peeringName: 'to-hub',
    region: 'us-central1',
    direction: 'INCOMING',
  });
  expect(routes.items).toEqual([expect.objectContaining({ destRange: '10.30.0.0/20' })]);

  for (const ipCidrRange of ['10.5.0.0/23', '10.20.2.0/23', '10.30.0.0/23']) {
    const requestBody = { ...proxyOnly, ipCidrRange };
    expect(await refusal(client().subnetworks.insert({ ...place, requestBody }))).toMatchObject({
      status: 400,
      reason: 'invalid',
      message: expect.stringMatching(/^Invalid value for field 'resource\.ipCidrRange'/),
    });
  }
});

test('a proxy-only subnetwork cannot be deleted while a load balancer uses its network and region', async () => {
  const { compute: door } = opened.google;
  await client().subnetworks.insert({ ...place, requestBody: proxyOnly });
  opened.clock.advance(30_000);
  const rule = { name: 'gkegw1-a', owner: 'a cluster', region: 'us-central1', network: 'default' };
  door.addForwardingRule('llm-demo', { ...rule, address: '203.0.113.7', ports: [80] });
  const { data } = await client().forwardingRules.list(place);
  expect(data.items).toEqual([
    expect.objectContaining({
      name: 'gkegw1-a',
      IPAddress: '203.0.113.7',
      loadBalancingScheme: 'EXTERNAL_MANAGED',
      portRange: '80-80',
    }),
  ]);
  expect(opened.google.billable()).toHaveLength(1);
  const remove = () => client().subnetworks.delete({ ...place, subnetwork: 'proxy-only' });
  const refused = await refusal(remove());
  expect(refused).toMatchObject({ status: 400, reason: 'resourceInUseByAnotherResource' });
  expect(refused.message).toContain("used by 'projects/llm-demo/regions/us-central1/forwardingRul");
  door.release('llm-demo', 'a cluster');
  expect((await client().forwardingRules.list(place)).data.items).toEqual([]);
  await remove();
});

test('a second active proxy-only subnetwork is refused', async () => {
  await client().subnetworks.insert({ ...place, requestBody: proxyOnly });
  opened.clock.advance(30_000);
  const second = { ...proxyOnly, name: 'another', ipCidrRange: '10.131.0.0/23' };
  expect(
    await refusal(client().subnetworks.insert({ ...place, requestBody: second })),
  ).toMatchObject({ status: 400, reason: 'invalid' });
});
