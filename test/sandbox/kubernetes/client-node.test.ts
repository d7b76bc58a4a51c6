// The vendor's Node client against a sandbox cluster, as the bot uses it.
import {
  KubeConfig,
  KubernetesObjectApi,
  CoreV1Api,
  makeInformer,
  PatchStrategy,
  Watch,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type OpenCluster, openCluster, token } from './open-cluster.ts';

let open: OpenCluster;
let config: KubeConfig;

beforeAll(async () => {
  open = await openCluster();
  config = new KubeConfig();
  config.loadFromClusterAndUser(
    {
      name: 'c',
      server: `https://${open.cluster.endpoint}`,
      caData: open.cluster.caCertificate,
      skipTLSVerify: false,
    },
    { name: 'u', token },
  );
});

afterAll(async () => {
  await open.end();
});

interface NamedMeta {
  name: string;
  namespace: string;
  resourceVersion?: string;
}

const meta = (name: string): NamedMeta => ({ name, namespace: 'default' });

const gateway = (name: string, port: number) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: meta(name),
  spec: {
    gatewayClassName: 'gke-l7-regional-external-managed',
    listeners: [{ name: 'http', port, protocol: 'HTTP' }],
  },
});

const applyAs = (manager: string, object: ReturnType<typeof gateway>, force = false) =>
  KubernetesObjectApi.makeApiClient(config).patch(
    object,
    undefined,
    undefined,
    manager,
    force,
    PatchStrategy.ServerSideApply,
  );

test('applies, and a second apply of the same changes nothing', async () => {
  const first = await applyAs('llmgw', gateway('twice', 80));
  const second = await applyAs('llmgw', gateway('twice', 80));
  expect(second.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion);
  expect(open.kubernetes.world()).toMatchObject([{ writes: { llmgw: 2 } }]);
});

test('a conflict is an exception with code 409', async () => {
  await applyAs('llmgw', gateway('contested', 80));
  await expect(applyAs('someone', gateway('contested', 81))).rejects.toMatchObject({ code: 409 });
  await applyAs('someone', gateway('contested', 81), true);
  const api = KubernetesObjectApi.makeApiClient(config);
  expect(await api.read(gateway('contested', 0))).toMatchObject({
    spec: { listeners: [{ port: 81 }] },
  });
});

test('a plain watch begins with what exists and goes on with what changes', async () => {
  await applyAs('llmgw', gateway('watched', 80));
  const seen: string[] = [];
  const abort = await new Watch(config).watch(
    '/apis/gateway.networking.k8s.io/v1/namespaces/default/gateways',
    { fieldSelector: 'metadata.name=watched' },
    (type, object: { metadata: { generation: number } }) =>
      void seen.push(`${type} ${object.metadata.generation}`),
    () => undefined,
  );
  await vi.waitFor(() => expect(seen).toEqual(['ADDED 1']));
  await applyAs('llmgw', gateway('watched', 8080));
  await vi.waitFor(() => expect(seen).toEqual(['ADDED 1', 'MODIFIED 2']));
  await KubernetesObjectApi.makeApiClient(config).delete(gateway('watched', 80));
  await vi.waitFor(() => expect(seen).toEqual(['ADDED 1', 'MODIFIED 2', 'DELETED 2']));
  abort.abort();
});

test('an informer lists and then follows', async () => {
  const api = config.makeApiClient(CoreV1Api);
  const names = new Set<string>();
  const informer = makeInformer<V1ConfigMap>(config, '/api/v1/namespaces/default/configmaps', () =>
    api.listNamespacedConfigMap({ namespace: 'default' }),
  );
  informer.on('add', (object) => void names.add(object.metadata?.name ?? ''));
  informer.on('delete', (object) => void names.delete(object.metadata?.name ?? ''));
  const create = (name: string) =>
    api.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name } } });
  await create('before');
  await informer.start();
  await create('after');
  await vi.waitFor(() => expect([...names].toSorted()).toEqual(['after', 'before']));
  await api.deleteNamespacedConfigMap({ namespace: 'default', name: 'before' });
  await vi.waitFor(() => expect([...names]).toEqual(['after']));
  await informer.stop();
});
