// Steps from enabling APIs to verify-inference on a sandbox cloud: apply, drift, undo.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import { provision } from '../../../jobs/provision/runbook.ts';
import { createCluster } from '../../../jobs/provision/steps/create-cluster.ts';
import { createProxySubnet } from '../../../jobs/provision/steps/create-proxy-subnet.ts';
import { createRoute } from '../../../jobs/provision/steps/create-route.ts';
import { deployInferencePool } from '../../../jobs/provision/steps/deploy-inference-pool.ts';
import { installInferenceCrds } from '../../../jobs/provision/steps/install-inference-crds.ts';
import { type World, openWorld } from './world.ts';

const steps = provision.steps.slice(0, 12);
let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.end());

const kubernetes = () => world.clients.kubernetes(world.context.env.gateway);
const labelSelector = 'app.kubernetes.io/managed-by=llmgw';
const kinds = [
  ['v1', 'Secret'],
  ['v1', 'ConfigMap'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
  ['apps/v1', 'Deployment'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['inference.networking.k8s.io/v1', 'InferencePool'],
  ['inference.networking.x-k8s.io/v1alpha2', 'InferenceObjective'],
  ['networking.gke.io/v1', 'HealthCheckPolicy'],
  ['networking.gke.io/v1', 'GCPBackendPolicy'],
  ['gateway.networking.k8s.io/v1', 'Gateway'],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
] as const;

async function ours(): Promise<KubernetesObject[]> {
  const lists = await Promise.all(
    kinds.map(([apiVersion, kind]) => kubernetes().list({ apiVersion, kind, labelSelector })),
  );
  return lists.flat();
}

/** Generation and our fields; a controller may change the status. */
const written = (objects: readonly KubernetesObject[]) =>
  objects.map(({ kind, metadata }) => [kind, metadata.name, metadata.uid, metadata.generation]);

test('provisioning creates an open gateway that answers', { timeout: 120_000 }, async () => {
  const states: string[] = [];
  for (const step of steps) states.push((await world.run(step)).state);
  // The project needs no repair, and no other resource exists yet.
  expect(states).toEqual(steps.map(({ id }) => (id === 'check-project' ? 'done' : 'needed')));
  expect(world.context.outputs).toMatchObject({
    'create-cluster': { cluster: 'infgw-cluster' },
    'deploy-model-server': { ready: 3, desired: 3 },
    'create-gateway': { endpoint: expect.stringMatching(/^http:\/\/127\./) },
    'verify-inference': { text: expect.stringContaining('Paris') },
  });
  expect(world.sandbox.context.unknown).toEqual([]);
});

test('a second run writes nothing', { timeout: 60_000 }, async () => {
  const before = await ours();
  const states: string[] = [];
  for (const step of steps.slice(0, 11)) states.push((await world.run(step)).state);
  expect(states).toEqual(steps.slice(0, 11).map(() => 'done'));
  expect(written(await ours())).toEqual(written(before));
});

test('every object is labelled with the gateway and the run', async () => {
  for (const { metadata } of await ours()) {
    expect(metadata.labels).toMatchObject({ 'llmgw.dev/gateway': 'default' });
    expect(metadata.annotations).toMatchObject({ 'llmgw.dev/run': 'provision-default-test' });
  }
});

test('drift is reported and repaired', { timeout: 60_000 }, async () => {
  const ref = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    namespace: 'default',
    name: 'llm-route',
  };
  const route = await kubernetes().get(ref);
  const labels = route?.metadata.labels ?? {};
  await kubernetes().apply({
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: { name: ref.name, namespace: ref.namespace, labels },
    spec: {
      parentRefs: [{ name: 'inference-gateway' }],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/only-here' } }],
          backendRefs: [
            { group: 'inference.networking.k8s.io', kind: 'InferencePool', name: 'vllm-qwen' },
          ],
        },
      ],
    },
  });
  const check = await world.run(createRoute);
  expect(check).toMatchObject({
    state: 'drifted',
    what: expect.arrayContaining(['HTTPRoute llm-route: spec.rules[0].matches[0].path.value']),
  });
  await expect(createRoute.check(world.context)).resolves.toMatchObject({ state: 'done' });
});

test('a deleted object is created again', { timeout: 60_000 }, async () => {
  const ref = { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'vllm-qwen-epp' };
  const service = await kubernetes().get(ref);
  await kubernetes().delete(ref, { uid: service?.metadata.uid ?? '' });
  await expect(world.run(deployInferencePool)).resolves.toMatchObject({
    state: 'needed',
    reason: expect.stringContaining('Service vllm-qwen-epp is missing'),
  });
  await expect(deployInferencePool.check(world.context)).resolves.toMatchObject({ state: 'done' });
});

test("GKE's own definition of the pool is used, and not taken over", async () => {
  const ref = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: 'inferencepools.inference.networking.k8s.io',
  };
  const found = await kubernetes().get(ref);
  expect(found?.metadata.labels ?? {}).not.toHaveProperty('llmgw.dev/gateway');
  await expect(installInferenceCrds.check(world.context)).resolves.toMatchObject({ state: 'done' });
});

test('a foreign object is refused with the next action, and left unchanged', async () => {
  const other = { ...world.context, env: { ...world.context.env } };
  const cluster = await createCluster.check({
    ...other,
    env: { ...other.env, gateway: { ...other.env.gateway, name: 'another' } },
  });
  expect(cluster).toMatchObject({
    state: 'refused',
    why: { code: 'not_ours', next: expect.stringContaining('CLUSTER_NAME') },
  });
});

test('a cluster that differs in an immutable field is refused', async () => {
  const { env } = world.context;
  const gateway = { ...env.gateway, machineType: 'n2-standard-8' };
  const check = await createCluster.check({ ...world.context, env: { ...env, gateway } });
  expect(check).toMatchObject({
    state: 'refused',
    why: { code: 'cluster_differs', message: expect.stringContaining('n2-standard-8') },
  });
});

test(
  'undo removes every created object and nothing else, also when repeated',
  { timeout: 120_000 },
  async () => {
    for (const step of steps.toReversed()) await world.undo(step);
    for (const step of steps.toReversed()) await world.undo(step);
    const { projectId, zone, clusterName, region } = world.context.env.gateway;
    const place = { projectId, location: zone, name: clusterName };
    await expect(world.clients.gke.getCluster(place)).resolves.toBeUndefined();
    await expect
      .poll(() => world.clients.compute.listSubnetworks(projectId, region))
      .toEqual([expect.objectContaining({ name: 'default' })]);
    await expect(createProxySubnet.check(world.context)).resolves.toMatchObject({
      state: 'needed',
      reason: 'network default has no active proxy-only subnet in us-central1',
    });
    await expect(createRoute.check(world.context)).resolves.toMatchObject({
      state: 'needed',
      reason: 'there is no cluster yet',
    });
  },
);
