// Everything that would fail later, found by the first step, each with what mends it.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkMachines } from '../../../jobs/provision/preconditions/machines.ts';
import { checkNetwork } from '../../../jobs/provision/preconditions/network.ts';
import {
  checkBilling,
  checkPermissions,
  checkProject,
} from '../../../jobs/provision/preconditions/project.ts';
import type { Context } from '../../../jobs/provision/objects.ts';
import { freeRange } from '../../../jobs/provision/proxy-subnet.ts';
import { createGkeClient } from '../../../src/clients/gke/client.ts';
import { createBilling } from '../../../src/clients/google/billing.ts';
import { createCompute } from '../../../src/clients/google/compute.ts';
import { createResourceManager } from '../../../src/clients/google/resource-manager.ts';
import type { GatewayConfig } from '../../../src/config.ts';
import type { Fault } from '../../../src/errors.ts';
import type { Project } from '../../../sandbox/google/state.ts';
import { type OpenGke, openGke } from '../../sandbox/gke/open-gke.ts';
import { gatewayConfig } from './gateway-config.ts';

let opened: OpenGke;
let seeded: string;
let clients: object;

beforeAll(async () => {
  opened = await openGke();
  const token = opened.auth.credentials.access_token ?? '';
  const tokens = { get: () => Promise.resolve(token), refresh: () => Promise.resolve(token) };
  const root = (service: string): string => `${opened.context.baseUrl}/${service}/`;
  project().enabledServices.push('container.googleapis.com');
  seeded = JSON.stringify(opened.google.state.projects);
  clients = {
    compute: createCompute(tokens, root('compute')),
    billing: createBilling(tokens, root('billing')),
    resourceManager: createResourceManager(tokens, root('resourcemanager')),
    gke: createGkeClient(tokens, opened.gke.url),
  };
});
afterAll(() => opened.end());
beforeEach(() => {
  Object.assign(opened.google.state.projects, JSON.parse(seeded));
  opened.google.state.caller.deniedPermissions = [];
});

function project(): Project {
  const found = opened.google.state.projects['llm-demo'];
  if (found === undefined) throw new Error('The project is missing.');
  return found;
}

const context = (over: Partial<GatewayConfig> = {}): Context =>
  ({
    env: { gateway: { ...gatewayConfig, ...over }, clients },
    signal: new AbortController().signal,
  }) as unknown as Context;

type Precondition = (context: Context) => Promise<Fault[]>;

test.each<[string, Precondition]>([
  ['project', checkProject],
  ['billing', checkBilling],
  ['permissions', checkPermissions],
  ['machines', checkMachines],
  ['network', checkNetwork],
])('%s as seeded: nothing to mend', async (_name, precondition) => {
  await expect(precondition(context())).resolves.toEqual([]);
});

test.each<[string, Precondition, Partial<GatewayConfig>, () => void, Partial<Fault>, RegExp]>([
  [
    'no project',
    checkProject,
    { projectId: 'elsewhere' },
    () => {},
    { code: 'no_project' },
    /PROJECT_ID/,
  ],
  [
    'a project on its way out',
    checkProject,
    {},
    () => void (project().lifecycle = 'DELETE_REQUESTED'),
    { code: 'no_project' },
    /gcloud projects undelete llm-demo/,
  ],
  [
    'billing off',
    checkBilling,
    {},
    () => void (project().billingAccount = ''),
    { code: 'billing_off' },
    /gcloud billing projects link llm-demo/,
  ],
  [
    'a missing permission',
    checkPermissions,
    {},
    () => opened.google.state.caller.deniedPermissions.push('container.clusters.create'),
    { code: 'missing_permissions', message: 'The bot lacks container.clusters.create' },
    /--role roles\/container\.admin/,
  ],
  [
    'the C2 quota of a new project',
    checkMachines,
    {},
    () => void (quotas()['C2_CPUS'] = 8),
    {
      code: 'quota_exceeded',
      message:
        '3 x c2-standard-16 need 48 C2_CPUS in us-central1; the quota is 8, of which 0 are in use',
      details: { metric: 'C2_CPUS', needed: 48, limit: 8, usage: 0 },
    },
    /Ask for 48 C2_CPUS in us-central1 at https:\/\/console\.cloud\.google\.com\/iam-admin\/quotas\?project=llm-demo/,
  ],
  [
    'an unknown zone',
    checkMachines,
    { zone: 'us-central1-z' },
    () => {},
    { code: 'no_zone' },
    /us-central1-a, us-central1-b/,
  ],
  [
    'an unknown region',
    checkMachines,
    { region: 'mars-north1' },
    () => {},
    { code: 'no_region' },
    /REGION/,
  ],
  [
    'an unknown machine type',
    checkMachines,
    { machineType: 'c2-standard-17' },
    () => {},
    { code: 'no_machine_type' },
    /MACHINE_TYPE/,
  ],
  [
    'an unknown network',
    checkNetwork,
    { network: 'lost' },
    () => {},
    { code: 'no_network' },
    /gcloud compute networks create lost/,
  ],
  [
    'an unknown subnetwork',
    checkNetwork,
    { subnet: 'lost', pscSubnet: 'lost' },
    () => {},
    { code: 'no_subnet' },
    /Correct SUBNET.*subnets create lost/,
  ],
  [
    'an unknown PSC subnetwork',
    checkNetwork,
    { pscSubnet: 'lost' },
    () => {},
    { code: 'no_subnet' },
    /Correct PSC_SUBNET/,
  ],
])('%s', async (_name, precondition, over, change, expected, next) => {
  change();
  const problems = await precondition(context(over));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ kind: 'refused', ...expected });
  expect(problems[0]?.next).toMatch(next);
});

test('a cluster that is there has its CPUs already', async () => {
  quotas()['C2_CPUS'] = 48;
  await opened.client.createCluster(
    {
      parent: 'projects/llm-demo/locations/us-central1-a',
      cluster: {
        name: 'infgw-cluster',
        network: 'default',
        subnetwork: 'default',
        nodePools: [
          { name: 'default-pool', initialNodeCount: 3, config: { machineType: 'c2-standard-16' } },
        ],
      },
    },
    opened.authorized,
  );
  await expect(checkMachines(context())).resolves.toEqual([]);
});

test.each([
  [[], '10.127.0.0/23'],
  [['10.128.0.0/20'], '10.127.0.0/23'],
  [['10.127.1.0/24'], '10.126.0.0/23'],
  [['10.120.0.0/13'], '10.119.0.0/23'],
  [['fd20::/64'], '10.127.0.0/23'],
])('a proxy range beside %j', (taken, expected) => {
  expect(freeRange(taken)).toBe(expected);
});

test('a network without any room is said so', () => {
  expect(() => freeRange(['10.0.0.0/8'])).toThrow(/No range is free/);
});

function quotas(): Record<string, number> {
  const found = project().compute.quotas['us-central1'];
  if (found === undefined) throw new Error('The region has no quotas.');
  return found;
}
