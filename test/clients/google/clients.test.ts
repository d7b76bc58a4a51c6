// Google's project services through our clients, against the sandbox's own.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAccessTokens } from '../../../src/clients/shared/access-tokens.ts';
import { createBilling } from '../../../src/clients/google/billing.ts';
import { createCompute } from '../../../src/clients/google/compute.ts';
import { createIam } from '../../../src/clients/google/iam.ts';
import { createResourceManager } from '../../../src/clients/google/resource-manager.ts';
import { createServiceUsage } from '../../../src/clients/google/service-usage.ts';
import { type OpenGoogle, openGoogle } from '../../../sandbox/test/google/open-google.ts';

const projectId = 'llm-demo';
const email = 'apigee-apim-gsa@llm-demo.iam.gserviceaccount.com';
let opened: OpenGoogle;
let kept: string[];

beforeEach(async () => {
  opened = await openGoogle();
  kept = [];
  process.env['GCE_METADATA_HOST'] = new URL(opened.context.baseUrl).host;
  process.env['METADATA_SERVER_DETECTION'] = 'assume-present';
});
afterEach(async () => {
  delete process.env['GCE_METADATA_HOST'];
  delete process.env['METADATA_SERVER_DETECTION'];
  await opened.end();
});

const tokens = () => createAccessTokens(projectId, (token) => kept.push(token));
const root = (service: string): string => `${opened.context.baseUrl}/${service}/`;

test('tokens come from the metadata server, and are known to the redactor before they are used', async () => {
  const access = tokens();
  const first = await access.get();
  await expect(access.get()).resolves.toBe(first);
  expect(kept).toContain(first);
  opened.google.expireTokens();
  const second = await access.refresh();
  expect(second).not.toBe(first);
  expect(opened.google.identity.isValidToken(`Bearer ${second}`)).toBe(true);
});

test('an expired token is renewed in the middle of the work', async () => {
  const resources = createResourceManager(tokens(), root('resourcemanager'));
  await resources.getProject(projectId);
  opened.google.expireTokens();
  await expect(resources.getProject(projectId)).resolves.toMatchObject({
    projectId,
    projectNumber: '424242424242',
    state: 'ACTIVE',
  });
});

test('APIs that are off are named, and turned on', async () => {
  const usage = createServiceUsage(tokens(), root('serviceusage'));
  const services = ['container.googleapis.com', 'serviceusage.googleapis.com'];
  await expect(usage.missing(projectId, services)).resolves.toEqual(['container.googleapis.com']);
  await usage.enable(projectId, ['container.googleapis.com']);
  opened.clock.advance(10 * 60_000);
  await expect(usage.missing(projectId, services)).resolves.toEqual([]);
});

test('a project that is missing is no error, nor one that may not be seen', async () => {
  const resources = createResourceManager(tokens(), root('resourcemanager'));
  await expect(resources.getProject('elsewhere')).resolves.toBeUndefined();
});

test('missing permissions are named', async () => {
  opened.google.state.caller.deniedPermissions = ['container.clusters.create'];
  const resources = createResourceManager(tokens(), root('resourcemanager'));
  await expect(
    resources.missingPermissions(projectId, ['container.clusters.create', 'compute.networks.get']),
  ).resolves.toEqual(['container.clusters.create']);
});

test('a service account is made once, and roles are granted and taken without losing those of others', async () => {
  const iam = createIam(tokens(), root('iam'));
  const resources = createResourceManager(tokens(), root('resourcemanager'));
  const wish = { projectId, accountId: 'apigee-apim-gsa', displayName: 'x', description: 'y' };
  await expect(iam.getServiceAccount(projectId, email)).resolves.toBeUndefined();
  const made = await iam.createServiceAccount(wish);
  const again = await iam.createServiceAccount(wish);
  expect(again.uniqueId).toBe(made.uniqueId);
  opened.clock.advance(10 * 60_000);

  const before = await resources.projectRoles(projectId, `serviceAccount:${email}`);
  expect(before).toEqual([]);
  const member = `serviceAccount:${email}`;
  const roles = ['roles/apigee.admin', 'roles/compute.networkAdmin'];
  // Two at once: the etag makes one of them read again.
  await Promise.all([
    resources.grantOnProject(projectId, member, roles.slice(0, 1)),
    resources.grantOnProject(projectId, member, roles.slice(1)),
  ]);
  const granted = await resources.projectRoles(projectId, member);
  expect(granted.toSorted()).toEqual(roles);
  await expect(resources.grantOnProject(projectId, member, roles)).resolves.toBe(false);
  await expect(resources.revokeOnProject(projectId, member, roles)).resolves.toBe(true);
  await expect(resources.projectRoles(projectId, member)).resolves.toEqual([]);

  await iam.deleteServiceAccount(projectId, email);
  await iam.deleteServiceAccount(projectId, email);
  await expect(iam.getServiceAccount(projectId, email)).resolves.toBeUndefined();
});

test('the region, its quotas, machines, networks and subnetworks', async () => {
  const compute = createCompute(tokens(), root('compute'));
  const region = await compute.getRegion(projectId, 'us-central1');
  expect(region?.zones).toContain('us-central1-a');
  expect(region?.quotas).toContainEqual(expect.objectContaining({ metric: 'C2_CPUS' }));
  await expect(compute.getRegion(projectId, 'mars-north1')).resolves.toBeUndefined();
  await expect(
    compute.getMachineType(projectId, 'us-central1-a', 'c2-standard-16'),
  ).resolves.toMatchObject({ cpus: 16 });
  await expect(
    compute.getMachineType(projectId, 'us-central1-a', 'c2-standard-17'),
  ).resolves.toBeUndefined();
  await expect(compute.networkExists(projectId, 'default')).resolves.toBe(true);
  await expect(compute.networkExists(projectId, 'other')).resolves.toBe(false);

  const proxy = {
    name: 'proxies',
    description: 'of a test',
    network: 'default',
    region: 'us-central1',
    purpose: 'REGIONAL_MANAGED_PROXY',
    role: 'ACTIVE',
    ipCidrRange: '10.127.0.0/23',
  };
  await compute.insertSubnetwork(projectId, proxy);
  opened.clock.advance(10 * 60_000);
  await compute.insertSubnetwork(projectId, proxy);
  await expect(compute.listSubnetworks(projectId, 'us-central1')).resolves.toContainEqual(proxy);
  await compute.deleteSubnetwork(projectId, 'us-central1', 'proxies');
  opened.clock.advance(10 * 60_000);
  await compute.deleteSubnetwork(projectId, 'us-central1', 'proxies');
});

test('billing', async () => {
  const billing = createBilling(tokens(), root('billing'));
  await expect(billing.isEnabled(projectId)).resolves.toBe(true);
});
