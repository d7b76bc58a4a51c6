// The operator's resources are ready in each spelling and place in which an operator may report its state.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiProduct } from '../../../jobs/provision/steps/create-api-product.ts';
import { createApigeeEnvironment } from '../../../jobs/provision/steps/create-apigee-environment.ts';
import { createBackendService } from '../../../jobs/provision/steps/create-backend-service.ts';
import { createCluster } from '../../../jobs/provision/steps/create-cluster.ts';
import { createOperationSet } from '../../../jobs/provision/steps/create-operation-set.ts';
import { createProxySubnet } from '../../../jobs/provision/steps/create-proxy-subnet.ts';
import { enableApis } from '../../../jobs/provision/steps/enable-apis.ts';
import { installApigeeOperator } from '../../../jobs/provision/steps/install-apigee-operator.ts';
import { prepareApigeeIdentity } from '../../../jobs/provision/steps/prepare-apigee-identity.ts';
import { type KubeShell, kubeShell } from '../../../sandbox/test/support/kube-tools.ts';
import { backendServiceRef } from '../../../src/gateway/resources.ts';
import { type World, openWorld } from './world.ts';

let world: World;
let shell: KubeShell;

beforeAll(async () => {
  world = await openWorld();
  const before = [
    enableApis,
    createProxySubnet,
    createCluster,
    prepareApigeeIdentity,
    createApigeeEnvironment,
    installApigeeOperator,
  ];
  for (const step of before) await world.run(step);
  shell = kubeShell(await world.sandbox.clusterAccess());
}, 120_000);
afterAll(() => world?.end());

const steps = [createBackendService, createApiProduct, createOperationSet];
const definitions = [
  'apigeebackendservices',
  'apimextensionpolicies',
  'apiproducts',
  'apioperationsets',
];

async function printStateAt(jsonPath: string): Promise<void> {
  for (const name of definitions) {
    const patch = [
      {
        op: 'replace',
        path: '/spec/versions/0/additionalPrinterColumns/0/jsonPath',
        value: jsonPath,
      },
    ];
    const crd = `crd/${name}.apim.googleapis.com`;
    await shell.kubectl(['patch', crd, '--type=json', '-p', JSON.stringify(patch)]);
  }
}

test.each([
  ['lower', '.status.state', { state: 'created' }],
  ['upper', '.status.observed.phase', { observed: { phase: 'CREATED' } }],
  ['lower', '.status.status', { status: 'created' }],
] as const)(
  'resources are ready with a state in %s case at %s',
  { timeout: 60_000 },
  async (spelling, jsonPath, status) => {
    await printStateAt(jsonPath);
    world.sandbox.context.state<{ spelling?: string }>('apigee-operator', () => ({})).spelling =
      spelling;
    for (const step of steps) await world.run(step);
    for (const step of steps) {
      expect(await step.check(world.context)).toMatchObject({ state: 'done' });
    }
    const found = await world.clients
      .kubernetes(world.context.env.gateway)
      .get(backendServiceRef('default'));
    expect(found?.['status']).toEqual(status);
    for (const step of steps.toReversed()) await world.undo(step);
  },
);
