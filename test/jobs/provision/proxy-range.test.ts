// Range of the proxy-only subnetwork: free in a VPC network and its peers.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createProxySubnet } from '../../../jobs/provision/steps/create-proxy-subnet.ts';
import type { Subnetwork } from '../../../sandbox/google/state.ts';
import { toFault } from '../../../src/kernel/errors.ts';
import { openProjectState, type ProjectState } from './project-state.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let state: ProjectState;

beforeAll(async () => {
  world = await openWorld();
  state = openProjectState(world.sandbox);
});
afterAll(() => world.end());
beforeEach(() => state.reset());

const compute = () => state.project().compute;
const like = (): Subnetwork =>
  compute().subnetworks['us-central1']?.['default'] ?? expect.fail('no subnetwork');

function network() {
  return compute().networks['default'] ?? expect.fail('no network');
}

/** Runs the step. @returns the range of the subnetwork. */
async function chosen(): Promise<string | undefined> {
  const before = compute().subnetworks;
  await world.run(createProxySubnet);
  const made = Object.values(compute().subnetworks['us-central1'] ?? before).flat();
  return made.find(({ purpose }) => purpose === 'REGIONAL_MANAGED_PROXY')?.ipCidrRange;
}

test.each<[string, () => void]>([
  [
    'a primary range of another region',
    () => {
      const other = { ...like(), region: 'europe-west1', ipCidrRange: '10.127.0.0/16' };
      compute().subnetworks['europe-west1'] = { other: { ...other, name: 'other' } };
    },
  ],
  [
    'a secondary range of another region',
    () => {
      const secondaryIpRanges = [{ rangeName: 'pods', ipCidrRange: '10.127.0.0/16' }];
      const other = { ...like(), region: 'europe-west1', ipCidrRange: '10.132.0.0/20' };
      compute().subnetworks['europe-west1'] = {
        other: { ...other, name: 'other', secondaryIpRanges },
      };
    },
  ],
  [
    'the range that Apigee reserved in the network',
    () => {
      compute().reservedRanges = [
        { name: 'apigee', network: 'default', address: '10.127.0.0', prefixLength: 22 },
      ];
    },
  ],
  [
    'a subnetwork of a peer',
    () => {
      const peer = 'projects/hub/global/networks/hub';
      network().peerings = [{ name: 'to-hub', network: peer, ranges: ['10.127.0.0/20'] }];
    },
  ],
])('the proxies get another range than %s', async (_name, take) => {
  take();
  await expect(chosen()).resolves.toBe('10.126.0.0/23');
});

test('a range that only Compute Engine knows to be in use costs one more attempt', async () => {
  const hidden = ['compute.networks.listPeeringRoutes', 'compute.globalAddresses.list'];
  state.caller().deniedPermissions.push(...hidden);
  const ranges = ['10.127.0.0/16', '10.126.0.0/16', '10.125.0.0/16'];
  network().peerings = [{ name: 'to-hub', network: 'projects/hub/global/networks/hub', ranges }];
  await expect(chosen()).resolves.toBe('10.124.0.0/23');
});

test('a refusal of every candidate names the variable', async () => {
  state.caller().deniedPermissions.push('compute.networks.listPeeringRoutes');
  const ranges = ['10.0.0.0/8'];
  network().peerings = [{ name: 'to-hub', network: 'projects/hub/global/networks/hub', ranges }];
  const fault = toFault(await chosen().catch((error: unknown) => error));
  expect(fault).toMatchObject({
    kind: 'refused',
    code: 'range_taken',
    next: expect.stringContaining('PROXY_SUBNET_RANGE'),
  });
});

test('PROXY_SUBNET_RANGE is used unchanged', async () => {
  const { env } = world.context;
  const gateway = { ...env.gateway, proxySubnetRange: '172.20.4.0/26' };
  Object.assign(world.context, { env: { ...env, gateway } });
  await expect(chosen()).resolves.toBe('172.20.4.0/26');
  Object.assign(world.context, { env });
});
