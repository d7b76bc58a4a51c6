// Tests of the Apigee operator: permissions, and sync of its resources with Apigee.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Product } from '../../apigee/state.ts';
import { conditionIn, openCluster, type OpenCluster } from './open-cluster.ts';
import { backendService, gateway, operationSet, product, trafficExtension } from './objects.ts';
import {
  createEnvironment,
  environmentName,
  grantIdentity,
  installOperator,
  operatorDeployment,
} from './operator.ts';

let open: OpenCluster;
beforeEach(async () => {
  open = await openCluster();
});
afterEach(() => open.end());

const apim = 'apim.googleapis.com/v1';
const ref = (kind: string, name: string) => ({
  group: 'apim.googleapis.com',
  kind,
  namespace: 'default',
  name,
});
const statusOf = (kind: string, name: string) =>
  open.get(apim, kind, name)?.['status'] as { state?: string; errorMessage?: string } | undefined;
const backend = () => statusOf('ApigeeBackendService', 'apigee-llm');
const apigeeProduct = (): Product | undefined => open.organization.products['llm-product'];

test('a backend service is denied without the identity, then created with its policy and group', async () => {
  await installOperator(open);
  createEnvironment(open);
  open.create(backendService(open));
  await expect
    .poll(backend)
    .toMatchObject({ state: 'Create_Update_Failed', errorMessage: 'Permission denied' });
  grantIdentity(open);
  await expect.poll(backend).toMatchObject({ state: 'CREATED' });
  expect(backend()).not.toHaveProperty('errorMessage');
  expect(statusOf('APIMExtensionPolicy', 'apigee-llm')).toMatchObject({ state: 'RUNNING' });
  const [group] = Object.values(open.organization.envgroups);
  expect(Object.values(group?.attachments ?? {})[0]?.environment).toBe(environmentName);
});

test.each([
  ['is of type BASE', { type: 'BASE' as const }],
  ['apigee-service-extension-enabled=true', { isExtensible: false }],
])('an environment without extension support is refused: %s', async (message, environment) => {
  await installOperator(open);
  grantIdentity(open);
  open.create(backendService(open));
  await expect
    .poll(() => backend()?.errorMessage)
    .toContain(`environment "${environmentName}" not found`);
  createEnvironment(open, environment);
  await expect.poll(() => backend()?.errorMessage).toContain(message);
});

test('a traffic extension resolves once its backend exists, and deploys a proxy and a shared flow', async () => {
  await installOperator(open);
  grantIdentity(open);
  createEnvironment(open);
  open.create(gateway(open.gatewayPort));
  open.create(structuredClone(trafficExtension));
  const ancestor = () => {
    const found = open.get('networking.gke.io/v1', 'GCPTrafficExtension', 'apigee-llm-extension');
    return (found?.['status'] as { ancestors?: unknown[] } | undefined)?.ancestors?.[0];
  };
  await expect
    .poll(() => conditionIn(ancestor(), 'ResolvedRefs'))
    .toMatchObject({
      status: 'False',
      reason: 'BackendNotFound',
    });
  expect(conditionIn(ancestor(), 'Accepted')?.status).toBe('True');
  open.create(backendService(open));
  await expect.poll(() => conditionIn(ancestor(), 'ResolvedRefs')?.status).toBe('True');
  expect(Object.values(open.organization.envgroups)).toMatchObject([
    { hostnames: [expect.stringMatching(/^apim-enabled-dep-env-group-\w+\.svc\.google\.com$/)] },
  ]);
  expect(open.organization.environments[environmentName]?.deployments).toMatchObject([
    { kind: 'sharedFlows', name: 'apim-common-authorization-flow' },
    { kind: 'proxies', name: 'apigee-llm' },
  ]);
});

test('the product and its operations are synced to Apigee, including changes and deletion', async () => {
  await installOperator(open);
  grantIdentity(open);
  createEnvironment(open);
  open.create(operationSet());
  await expect
    .poll(() => statusOf('APIOperationSet', 'llm-operations'))
    .toMatchObject({
      state: 'Create_Update_Failed',
      errorMessage: 'APIProduct default/llm-product not found',
    });
  open.create(product());
  open.create(backendService(open));
  await expect.poll(apigeeProduct).toMatchObject({
    approvalType: 'auto',
    environments: [environmentName],
    operations: [
      {
        apiSource: 'apigee-llm',
        resource: '/v1/completions',
        methods: ['POST'],
        quota: { limit: '5', interval: '1', timeUnit: 'minute' },
      },
    ],
  });
  const { store } = open.cluster;
  store.update(ref('APIOperationSet', 'llm-operations'), (object) => {
    object['spec'] = operationSet(20)['spec'];
  });
  await expect.poll(() => apigeeProduct()?.operations[0]?.quota?.limit).toBe('20');
  store.delete(ref('APIOperationSet', 'llm-operations'));
  await expect.poll(() => apigeeProduct()?.operations).toEqual([]);
  store.delete(ref('APIProduct', 'llm-product'));
  await expect.poll(apigeeProduct).toBeUndefined();
  await expect.poll(() => open.get(apim, 'APIProduct', 'llm-product')).toBeUndefined();
});

test('a product deleted in Apigee is not recreated until the operator restarts', async () => {
  await installOperator(open);
  grantIdentity(open);
  createEnvironment(open);
  open.create(backendService(open));
  open.create(product());
  await expect.poll(apigeeProduct).toBeDefined();
  delete open.organization.products['llm-product'];
  const operator = {
    group: 'apps',
    kind: 'Deployment',
    namespace: 'apim',
    name: 'apigee-apim-operator',
  };
  open.create(operationSet());
  // The set changes the product's operations: only now does the operator write again.
  await expect.poll(() => apigeeProduct()?.operations.length).toBe(1);
  delete open.organization.products['llm-product'];
  open.cluster.store.delete(operator);
  await expect.poll(() => open.list('v1', 'Pod', 'apim').length).toBe(0);
  open.create(operatorDeployment(open));
  await expect.poll(() => apigeeProduct()?.operations.length).toBe(1);
});

test('a deleted backend service keeps its finalizer until its operator runs', async () => {
  await installOperator(open);
  grantIdentity(open);
  createEnvironment(open);
  open.create(backendService(open));
  await expect.poll(backend).toMatchObject({ state: 'CREATED' });
  const { store } = open.cluster;
  store.delete({
    group: 'apps',
    kind: 'Deployment',
    namespace: 'apim',
    name: 'apigee-apim-operator',
  });
  await expect.poll(() => open.list('v1', 'Pod', 'apim').length).toBe(0);
  store.delete(ref('ApigeeBackendService', 'apigee-llm'));
  expect(open.get(apim, 'ApigeeBackendService', 'apigee-llm')?.metadata).toMatchObject({
    deletionTimestamp: expect.any(String) as string,
    finalizers: ['apim.googleapis.com/finalizer'],
  });
  open.create(operatorDeployment(open));
  await expect.poll(() => open.get(apim, 'ApigeeBackendService', 'apigee-llm')).toBeUndefined();
  expect(open.get(apim, 'APIMExtensionPolicy', 'apigee-llm')).toBeUndefined();
});
