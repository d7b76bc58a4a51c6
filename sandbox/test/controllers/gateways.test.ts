// Tests of gateways, routes, pools and policies: their conditions, independent of creation order.
import { afterEach, expect, test } from 'vitest';
import { addProxySubnet, conditionIn, openCluster, type OpenCluster } from './open-cluster.ts';
import { applyInference, gateway, healthCheck, pickerService, pool, route } from './objects.ts';

let open: OpenCluster;
afterEach(() => open.end());

const gatewayApi = 'gateway.networking.k8s.io/v1';
const status = (apiVersion: string, kind: string, name: string): Record<string, unknown> =>
  (open.get(apiVersion, kind, name)?.['status'] ?? {}) as Record<string, unknown>;
const gatewayStatus = () => status(gatewayApi, 'Gateway', 'inference-gateway');
const parents = (apiVersion: string, kind: string, name: string): unknown[] =>
  (status(apiVersion, kind, name)['parents'] ?? []) as unknown[];
const routeCondition = (type: string) =>
  conditionIn(parents(gatewayApi, 'HTTPRoute', 'llm-route')[0], type);

test('objects applied together end with a programmed gateway, its own address and attached routes', async () => {
  open = await openCluster();
  applyInference(open);
  await expect.poll(() => conditionIn(gatewayStatus(), 'Programmed')?.status).toBe('True');
  expect(gatewayStatus()['addresses']).toEqual([
    { type: 'IPAddress', value: expect.stringMatching(/^127\.\d+\.\d+\.\d+$/) },
  ]);
  expect(open.get(gatewayApi, 'Gateway', 'inference-gateway')?.metadata.finalizers).toEqual([
    'gateway.finalizer.networking.gke.io',
  ]);
  await expect.poll(() => routeCondition('Reconciled')?.status).toBe('True');
  expect(routeCondition('Accepted')?.status).toBe('True');
  expect(routeCondition('ResolvedRefs')?.status).toBe('True');
  await expect
    .poll(() => gatewayStatus()['listeners'])
    .toEqual([expect.objectContaining({ name: 'http', attachedRoutes: 1 })]);
  const poolParents = () => parents('inference.networking.k8s.io/v1', 'InferencePool', 'vllm-qwen');
  await expect.poll(() => conditionIn(poolParents()[0], 'ResolvedRefs')?.status).toBe('True');
  const policy = () => status('networking.gke.io/v1', 'HealthCheckPolicy', 'health-check-policy');
  await expect.poll(() => conditionIn(policy(), 'Attached')?.status).toBe('True');
});

test('a route gets a status only after its gateway exists', async () => {
  open = await openCluster();
  open.create(structuredClone(pool));
  open.create(structuredClone(route));
  // This takes longer than binding a route.
  open.create({
    ...structuredClone(healthCheck),
    metadata: { name: 'other', namespace: 'default' },
  });
  const policy = () => status('networking.gke.io/v1', 'HealthCheckPolicy', 'other');
  await expect.poll(() => conditionIn(policy(), 'Attached')?.status).toBe('True');
  expect(status(gatewayApi, 'HTTPRoute', 'llm-route')).not.toHaveProperty('parents.0');
  open.create(gateway(open.gatewayPort));
  await expect.poll(() => routeCondition('Accepted')?.status).toBe('True');
  expect(routeCondition('ResolvedRefs')).toMatchObject({
    status: 'False',
    reason: 'BackendNotFound',
    message:
      'error cause: reference-not-found: Error GWCER104: HTTPRoute "default/llm-route" is misconfigured, err: failed to validate inference pool extension ref: InferencePool extension service vllm-qwen-epp not found.',
  });
  open.create(structuredClone(pickerService));
  await expect.poll(() => routeCondition('ResolvedRefs')?.status).toBe('True');
});

test('a gateway is not programmed without a proxy-only subnet, and recovers once one exists', async () => {
  open = await openCluster({ hasProxySubnet: false });
  open.create(gateway(open.gatewayPort));
  await expect.poll(() => conditionIn(gatewayStatus(), 'Programmed')?.status).toBe('False');
  const text =
    'An active proxy-only subnetwork is required in the same region and VPC as the forwarding rule.';
  expect(conditionIn(gatewayStatus(), 'Programmed')?.message).toContain(text);
  expect(open.list('v1', 'Event', 'default')).toContainEqual(
    expect.objectContaining({ reason: 'SYNC', message: expect.stringContaining(text) as string }),
  );
  expect(gatewayStatus()).not.toHaveProperty('addresses');
  addProxySubnet(open.google, open.context);
  await expect.poll(() => conditionIn(gatewayStatus(), 'Programmed')?.status).toBe('True');
});

test('a deleted gateway is removed after its load balancer, and its route loses the parent', async () => {
  open = await openCluster();
  applyInference(open);
  await expect.poll(() => routeCondition('Reconciled')?.status).toBe('True');
  open.cluster.store.delete({
    group: 'gateway.networking.k8s.io',
    kind: 'Gateway',
    namespace: 'default',
    name: 'inference-gateway',
  });
  expect(
    open.get(gatewayApi, 'Gateway', 'inference-gateway')?.metadata.deletionTimestamp,
  ).toBeDefined();
  await expect.poll(() => open.get(gatewayApi, 'Gateway', 'inference-gateway')).toBeUndefined();
  await expect.poll(() => parents(gatewayApi, 'HTTPRoute', 'llm-route')).toEqual([]);
});
