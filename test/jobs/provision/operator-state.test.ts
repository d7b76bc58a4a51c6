// Operator resources: readiness in each spelling and place of their state.
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
import {
  backendServiceRef,
  gatewayRef,
  operationSetRef,
  productName,
  productRef,
} from '../../../src/gateway/resources.ts';
import { openProjectState } from './project-state.ts';
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

test(
  'a backend service that is not ready names the internal Gateways beside it',
  { timeout: 120_000 },
  async () => {
    await printStateAt('.status.state');
    const kubernetes = world.clients.kubernetes(world.context.env.gateway);
    const inner = await kubernetes.apply({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'inner', namespace: 'default' },
      spec: {
        gatewayClassName: 'gke-l7-rilb',
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
      },
    });
    const { context } = world.sandbox;
    context.faults.setTrouble('operator-stuck', true);
    await createBackendService.apply(world.context);
    const words = /internal Gateways beside it \(default\/inner\)/;
    expect(await createBackendService.wait(world.context)).toMatchObject({
      state: 'notYet',
      seen: expect.stringMatching(words) as string,
    });
    expect(await createBackendService.check(world.context)).toMatchObject({
      state: 'needed',
      unmet: expect.stringMatching(words) as string,
    });
    const ref = { ...gatewayRef, name: 'inner' };
    await kubernetes.delete(ref, { uid: inner.metadata.uid ?? '' });
    expect(await createBackendService.wait(world.context)).not.toMatchObject({
      seen: expect.stringMatching(words) as string,
    });
    context.faults.setTrouble('operator-stuck', false);
    await world.undo(createBackendService);
  },
);

const operator = 'deployment/apigee-apim-operator';
/** Ways to remove the operator, and to restore it. */
const absences = [
  ['is scaled to 0', ['scale', operator, '--replicas=0'], ['scale', operator, '--replicas=1']],
  ['is not installed', ['delete', operator], undefined],
] as const;

test(
  'an operator without its permissions does not block the removal of its resources',
  { timeout: 60_000 },
  async () => {
    await printStateAt('.status.state');
    for (const step of steps) await world.run(step);
    const { policy } = openProjectState(world.sandbox).project();
    const { bindings } = policy;
    policy.bindings = bindings.filter(({ role }) => role !== 'roles/apigee.admin');
    for (const step of steps.toReversed()) await world.undo(step);
    const { gateway } = world.context.env;
    const found = await world.clients.kubernetes(gateway).get(backendServiceRef('default'));
    expect(found).toBeUndefined();
    policy.bindings = bindings;
  },
);

test.each(absences)(
  'an operator that %s does not block the removal of its resources and the Apigee product',
  { timeout: 60_000 },
  async (_how, takeAway, bringBack) => {
    await printStateAt('.status.state');
    for (const step of steps) await world.run(step);
    await shell.kubectl(['-n', 'apim', ...takeAway]);
    await expect
      .poll(async () => (await shell.kubectl(['-n', 'apim', 'get', 'pods', '-o', 'name'])).stdout)
      .toBe('');
    for (const step of steps.toReversed()) await world.undo(step);
    const { gateway } = world.context.env;
    const kubernetes = world.clients.kubernetes(gateway);
    const refs = [operationSetRef, productRef('default'), backendServiceRef('default')];
    for (const ref of refs) expect(await kubernetes.get(ref)).toBeUndefined();
    const product = productName('default');
    expect(await world.clients.apigee(gateway).getProduct(product)).toBeUndefined();
    if (bringBack !== undefined) {
      await shell.kubectl(['-n', 'apim', ...bringBack]);
      await shell.kubectl(['-n', 'apim', 'rollout', 'status', operator]);
    }
  },
);
