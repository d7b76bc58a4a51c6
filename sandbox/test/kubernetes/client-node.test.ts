// Tests of a sandbox cluster with the vendor's Node client.
import {
  KubeConfig,
  KubernetesObjectApi,
  CoreV1Api,
  makeInformer,
  PatchStrategy,
  Watch,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { faultRule } from '../../core/faults.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { deniedPermissions, type OpenCluster, openCluster, token } from './open-cluster.ts';

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

test('a second apply of the same object changes nothing', async () => {
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

test('a plain watch sends the existing objects, then the changes', async () => {
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

test('an informer lists and then watches', async () => {
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

interface Followed {
  readonly names: () => string[];
  readonly lists: () => number;
  readonly connects: () => number;
  stop(): Promise<void>;
}

/** An informer of the config maps with a label, with counts of its lists and connections. */
async function follow(label: string): Promise<Followed> {
  const api = config.makeApiClient(CoreV1Api);
  const names = new Set<string>();
  let lists = 0;
  let connects = 0;
  const informer = makeInformer<V1ConfigMap>(
    config,
    '/api/v1/namespaces/default/configmaps',
    () => {
      lists += 1;
      return api.listNamespacedConfigMap({ namespace: 'default', labelSelector: label });
    },
    label,
  );
  informer.on('add', (object) => void names.add(object.metadata?.name ?? ''));
  informer.on('delete', (object) => void names.delete(object.metadata?.name ?? ''));
  informer.on('connect', () => void (connects += 1));
  await informer.start();
  return {
    names: () => [...names].toSorted(),
    lists: () => lists,
    connects: () => connects,
    stop: () => informer.stop(),
  };
}

const createLabelled = (label: string, name: string) =>
  config.makeApiClient(CoreV1Api).createNamespacedConfigMap({
    namespace: 'default',
    body: { metadata: { name, labels: { [label]: 'yes' } } },
  });

test('an informer with a closed watch resumes from its revision without a new list', async () => {
  await createLabelled('closed', 'closed-before');
  const followed = await follow('closed');
  await createLabelled('closed', 'closed-seen');
  await vi.waitFor(() => expect(followed.names()).toHaveLength(2));
  open.kubernetes.endWatches();
  await createLabelled('closed', 'closed-meanwhile');
  await vi.waitFor(() => expect(followed.names()).toHaveLength(3), { timeout: 10_000 });
  expect(followed.lists()).toBe(1);
  expect(followed.connects()).toBeGreaterThan(1);
  await followed.stop();
});

test('an informer lists again after a 410 and misses no change', async () => {
  const api = config.makeApiClient(CoreV1Api);
  await createLabelled('gone', 'gone-first');
  await createLabelled('gone', 'gone-second');
  const followed = await follow('gone');
  await vi.waitFor(() => expect(followed.names()).toEqual(['gone-first', 'gone-second']));
  // A delay holds its next watch until its last revision has expired.
  open.context.faults.add(
    faultRule.parse({
      service: 'kubernetes',
      operation: '^watch configmaps$',
      action: { kind: 'delay', ms: 1_000 },
      times: 1,
    }),
  );
  open.kubernetes.endWatches();
  await api.deleteNamespacedConfigMap({ namespace: 'default', name: 'gone-first' });
  await createLabelled('gone', 'gone-third');
  open.kubernetes.expireWatches();
  await vi.waitFor(() => expect(followed.names()).toEqual(['gone-second', 'gone-third']), {
    timeout: 20_000,
  });
  expect(followed.lists()).toBe(2);
  await followed.stop();
});

test('a watch with bookmarks receives the current revision', async () => {
  const seen: { type: string; version: string | undefined }[] = [];
  const abort = await new Watch(config).watch(
    '/api/v1/namespaces/default/configmaps',
    { allowWatchBookmarks: true, labelSelector: 'nothing-has-this' },
    (type, object: { metadata: NamedMeta }) =>
      void seen.push({ type, version: object.metadata.resourceVersion }),
    () => undefined,
  );
  const made = await createLabelled('elsewhere', 'bookmarked');
  await vi.waitFor(() =>
    expect(seen).toContainEqual({ type: 'BOOKMARK', version: made.metadata?.resourceVersion }),
  );
  abort.abort();
});

test('a list without the permission is an exception with code 403', async () => {
  deniedPermissions.push('container.configMaps.list');
  const api = config.makeApiClient(CoreV1Api);
  await expect(api.listNamespacedConfigMap({ namespace: 'default' })).rejects.toMatchObject({
    code: 403,
    body: expect.stringContaining('container.configMaps.list'),
  });
  deniedPermissions.length = 0;
});
