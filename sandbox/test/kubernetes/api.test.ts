// Tests of the API server's protocol.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { faultRule } from '../../core/faults.ts';
import { configMap, type OpenCluster, openCluster } from './open-cluster.ts';

let open: OpenCluster;
const maps = '/api/v1/namespaces/default/configmaps';

beforeAll(async () => {
  open = await openCluster();
});

afterAll(async () => {
  await open.end();
});

const create = (name: string, data = {}, more = {}) =>
  open.call('POST', maps, { body: configMap(name, data, more) });

test('every path needs a token, except health and version', async () => {
  const refused = await open.call('GET', maps, { authorization: null });
  expect(refused.status).toBe(401);
  expect(refused.body).toMatchObject({ kind: 'Status', reason: 'Unauthorized', code: 401 });
  expect((await open.call('GET', maps, { authorization: 'Bearer wrong' })).status).toBe(401);
  expect((await open.call('GET', '/readyz', { authorization: null })).text).toBe('ok');
  expect((await open.call('GET', '/version', { authorization: null })).body).toMatchObject({
    gitVersion: 'v1.34.1-gke.3899000',
  });
});

test('a created object has name, uid and revision, and a second creation conflicts', async () => {
  const made = await create('once', { a: '1' });
  expect(made.status).toBe(201);
  expect(made.body.metadata).toMatchObject({
    name: 'once',
    namespace: 'default',
    uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(await create('once')).toMatchObject({ status: 409 });
  const generated = await open.call('POST', maps, {
    body: configMap('', {}, { name: undefined, generateName: 'many-' }),
  });
  expect(generated.body.metadata.name).toMatch(/^many-[a-z0-9]{5}$/);
});

test.each([
  [
    'an unknown namespace',
    '/api/v1/namespaces/nowhere/configmaps',
    configMap('x'),
    404,
    'namespaces "nowhere" not found',
  ],
  ['an upper-case name', maps, configMap('Loud'), 422, 'a lowercase RFC 1123 subdomain'],
  [
    'a body of another kind',
    maps,
    { ...configMap('x'), kind: 'Secret' },
    400,
    'cannot be handled as a ConfigMap',
  ],
  [
    'a number instead of text',
    maps,
    configMap('x', { a: 1 as unknown as string }),
    400,
    'cannot unmarshal integer into Go struct field ConfigMap.data.a of type string',
  ],
  [
    'a secret that is not base64',
    '/api/v1/namespaces/default/secrets',
    { kind: 'Secret', apiVersion: 'v1', metadata: { name: 's' }, data: { a: '%' } },
    400,
    'illegal base64 data',
  ],
  [
    'a deployment with a selector that does not match its pods',
    '/apis/apps/v1/namespaces/default/deployments',
    {
      metadata: { name: 'd' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: {
          metadata: { labels: { a: 'c' } },
          spec: { containers: [{ name: 'c', image: 'i' }] },
        },
      },
    },
    422,
    '`selector` does not match template `labels`',
  ],
])('the API server refuses %s', async (_what, path, body, status, why) => {
  const refused = await open.call('POST', path, { body });
  expect(refused.status).toBe(status);
  expect(refused.body.message).toContain(why);
});

test('unknown fields cause a warning, or an error in strict mode', async () => {
  const body = { ...configMap('warned'), extra: 1 };
  const warned = await open.call('POST', maps, { body });
  expect(warned.status).toBe(201);
  expect(warned.headers['warning']).toBe('299 - "unknown field \\"extra\\""');
  expect(warned.body.extra).toBeUndefined();
  const strict = await open.call('POST', `${maps}?fieldValidation=Strict`, { body });
  expect(strict.body).toMatchObject({
    code: 400,
    message: expect.stringContaining('unknown field "extra"'),
  });
});

test('a dry run returns the same response and stores nothing', async () => {
  const dry = await open.call('POST', `${maps}?dryRun=All`, { body: configMap('dry') });
  expect(dry.status).toBe(201);
  expect(await open.call('GET', `${maps}/dry`)).toMatchObject({ status: 404 });
  const before = open.kubernetes.world();
  await open.apply('planner', `${maps}/dry`, configMap('dry'), '&dryRun=All');
  expect(open.kubernetes.world()).toEqual(before);
});

test('an update with an outdated revision conflicts', async () => {
  const made = await create('versioned', { a: '1' });
  const first = await open.call('PUT', `${maps}/versioned`, {
    body: { ...made.body, data: { a: '2' } },
  });
  expect(first.status).toBe(200);
  const late = await open.call('PUT', `${maps}/versioned`, {
    body: { ...made.body, data: { a: '3' } },
  });
  expect(late.body).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message: expect.stringContaining('the object has been modified'),
  });
  const same = await open.call('PUT', `${maps}/versioned`, { body: first.body });
  expect(same.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
});

test('a list filters by label and field, in pages', async () => {
  for (const [name, tier] of [
    ['p1', 'a'],
    ['p2', 'b'],
    ['p3', 'a'],
    ['p4', 'a'],
  ] as const) {
    await create(name, {}, { labels: { page: 'yes', tier } });
  }
  const names = async (query: string): Promise<string[]> => {
    const { body } = await open.call('GET', `${maps}?${query}`);
    return body.items.map((item: { metadata: { name: string } }) => item.metadata.name);
  };
  expect(await names('labelSelector=page=yes,tier=a')).toEqual(['p1', 'p3', 'p4']);
  expect(await names('labelSelector=tier%20in%20(b,c)')).toEqual(['p2']);
  expect(await names('labelSelector=page,tier!=a')).toEqual(['p2']);
  expect(await names('fieldSelector=metadata.name=p3')).toEqual(['p3']);
  const first = await open.call('GET', `${maps}?labelSelector=page=yes&limit=3`);
  // The remaining count is absent, as a selector may exclude some objects.
  expect(first.body.metadata.remainingItemCount).toBeUndefined();
  expect(
    await names(`labelSelector=page=yes&limit=3&continue=${first.body.metadata.continue}`),
  ).toEqual(['p4']);
});

test('a watch resumes from a revision, and a revision that is too old returns 410', async () => {
  const made = await create('seen', { a: '1' }, { labels: { watch: 'me' } });
  const from = made.body.metadata.resourceVersion;
  const path = `${maps}?watch=true&labelSelector=watch=me&resourceVersion=${from}`;
  const events = open.watch(
    path,
    (seen) => seen.length === 3,
    () => void change(),
  );
  const change = async (): Promise<void> => {
    await open.apply(
      't',
      `${maps}/seen`,
      configMap('seen', { a: '2' }, { labels: { watch: 'me' } }),
      '&force=true',
    );
    await open.call('PATCH', `${maps}/seen`, {
      body: { metadata: { labels: { watch: null } } },
      type: 'application/merge-patch+json',
    });
    await create('newly-seen', {}, { labels: { watch: 'me' } });
  };
  expect((await events).map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
    'MODIFIED seen',
    'DELETED seen',
    'ADDED newly-seen',
  ]);
});

test('a watch-list sends the existing objects, then a bookmark for the end of the list', async () => {
  await create('listed', {}, { labels: { watchlist: 'yes' } });
  const path = `${maps}?watch=true&labelSelector=watchlist&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`;
  const events = await open.watch(path, (seen) => seen.length === 2);
  expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
  expect(events[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
});

test('a watch ends after its timeout', async () => {
  const events = await open.watch(
    `${maps}?watch=true&labelSelector=none-such&timeoutSeconds=1`,
    () => false,
  );
  expect(events).toEqual([]);
});

test('an object with finalizers is deleted once they are removed', async () => {
  await create('held', {}, { finalizers: ['example.com/hold'] });
  const deleted = await open.call('DELETE', `${maps}/held`);
  expect(deleted.body.metadata.deletionTimestamp).toBeDefined();
  const body = { metadata: { finalizers: null } };
  await open.call('PATCH', `${maps}/held`, { body, type: 'application/merge-patch+json' });
  expect((await open.call('GET', `${maps}/held`)).status).toBe(404);
});

test.each([
  ['Background', 404],
  ['Foreground', 404],
  ['Orphan', 200],
])('%s deletion of an owner: a read of a dependent gets %i', async (propagationPolicy, status) => {
  const name = propagationPolicy.toLowerCase();
  const owner = (await create(name)).body;
  const reference = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name,
    uid: owner.metadata.uid,
    blockOwnerDeletion: true,
  };
  await create(`${name}-child`, {}, { ownerReferences: [reference] });
  await open.call('DELETE', `${maps}/${name}`, { body: { propagationPolicy } });
  await vi.waitFor(async () => {
    expect((await open.call('GET', `${maps}/${name}`)).status).toBe(404);
    const child = await open.call('GET', `${maps}/${name}-child`);
    expect(child.status).toBe(status);
    if (status === 200) expect(child.body.metadata.ownerReferences).toBeUndefined();
  });
});

test('preconditions restrict a deletion, and a selector deletes a collection in one call', async () => {
  await create('precious', {}, { labels: { batch: 'x' } });
  await create('precious-too', {}, { labels: { batch: 'x' } });
  const wrong = await open.call('DELETE', `${maps}/precious`, {
    body: { preconditions: { uid: 'another' } },
  });
  expect(wrong.body).toMatchObject({
    code: 409,
    message: expect.stringContaining('UID in precondition: another'),
  });
  const { body } = await open.call('DELETE', `${maps}?labelSelector=batch=x`);
  expect(body.items).toHaveLength(2);
  expect((await open.call('GET', `${maps}?labelSelector=batch=x`)).body.items).toEqual([]);
});

test('the status changes only through its subresource and does not increase the generation', async () => {
  const path = '/apis/apps/v1/namespaces/default/deployments';
  const spec = {
    selector: { matchLabels: { a: 'b' } },
    template: {
      metadata: { labels: { a: 'b' } },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    },
  };
  const made = await open.call('POST', path, {
    body: { metadata: { name: 'sub' }, spec, status: { replicas: 9 } },
  });
  expect(made.body).toMatchObject({ metadata: { generation: 1 }, status: {} });
  const type = 'application/merge-patch+json';
  const status = await open.call('PATCH', `${path}/sub/status`, {
    body: { spec: { replicas: 7 }, status: { replicas: 1 } },
    type,
  });
  expect(status.body).toMatchObject({
    metadata: { generation: 1 },
    spec: { replicas: 1 },
    status: { replicas: 1 },
  });
  const main = await open.call('PATCH', `${path}/sub`, {
    body: { spec: { replicas: 7 }, status: { replicas: 5 } },
    type,
  });
  expect(main.body).toMatchObject({
    metadata: { generation: 2 },
    spec: { replicas: 7 },
    status: { replicas: 1 },
  });
});

test('a pod returns the log of the selected container, up to the requested length', async () => {
  const silence = open.cluster.tellLogs((_pod, container, previous) =>
    previous ? undefined : `${container} loads\n${container} serves\n`,
  );
  const pods = '/api/v1/namespaces/default/pods';
  const containers = [
    { name: 'model', image: 'i' },
    { name: 'syncer', image: 'i' },
  ];
  await open.call('POST', pods, { body: { metadata: { name: 'talker' }, spec: { containers } } });
  const log = (query: string) => open.call('GET', `${pods}/talker/log${query}`);
  expect((await log('?container=model&tailLines=1')).text).toBe('model serves\n');
  expect((await log('')).body.message).toBe(
    'a container name must be specified for pod talker, choose one of: [model syncer]',
  );
  expect((await log('?container=model&previous=true')).body.message).toBe(
    'previous terminated container "model" in pod "talker" not found',
  );
  silence();
  expect((await log('?container=syncer')).body.message).toBe(
    'container "syncer" in pod "talker" is waiting to start: ContainerCreating',
  );
});

test('the API server accepts and returns YAML', async () => {
  const body = 'metadata:\n  name: from-yaml\ndata:\n  a: "1"\n';
  const made = await open.call('POST', maps, {
    body,
    type: 'application/yaml',
    accept: 'application/yaml',
  });
  expect(made.status).toBe(201);
  expect(made.text).toContain('name: from-yaml');
});

test('an unsupported path returns 404 and is reported, except for discovery probes of clients', async () => {
  const before = open.context.unknown.length;
  await open.call('GET', '/apis/not.served.example/v1');
  await open.call('GET', '/apis/apim.googleapis.com/v1/namespaces/default/apiproducts');
  expect(open.context.unknown).toHaveLength(before);
  const missing = await open.call('GET', '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas');
  expect(missing.body).toMatchObject({
    code: 404,
    message: 'the server could not find the requested resource',
  });
  await open.call('POST', '/api/v1/namespaces/default/pods/talker/exec');
  expect(open.context.unknown.slice(before).map(({ call }) => call)).toEqual([
    'GET /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas',
    'POST /api/v1/namespaces/default/pods/talker/exec',
  ]);
});

test('injected faults affect the matching verb and resource', async () => {
  const add = (operation: string, action: object) =>
    open.context.faults.add(
      faultRule.parse({ service: 'kubernetes', operation, action, times: 1 }),
    );
  add('^list configmaps$', { kind: 'status', status: 503, headers: { 'retry-after': '1' } });
  expect((await open.call('GET', `${maps}/once`)).status).toBe(200);
  const struck = await open.call('GET', maps);
  expect(struck).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(struck.body).toMatchObject({ kind: 'Status', reason: 'ServiceUnavailable' });
  add('^create configmaps$', { kind: 'cut' });
  await expect(create('cut-off')).rejects.toThrow();
  expect((await open.call('GET', `${maps}/cut-off`)).status).toBe(200);
  add('^create configmaps$', { kind: 'reset' });
  await expect(create('never')).rejects.toThrow();
  expect((await open.call('GET', `${maps}/never`)).status).toBe(404);
});

test('objects, revisions and the certificate survive a restart, and older watches must list again', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'llmgw-restart-'));
  const first = await openCluster({ directory });
  const made = await first.call('POST', maps, { body: configMap('kept', { a: '1' }) });
  await first.call('POST', maps, { body: configMap('later') });
  await first.end();
  const second = await openCluster({ directory });
  expect(second.cluster.caCertificate).toBe(first.cluster.caCertificate);
  expect((await second.call('GET', `${maps}/kept`)).body).toEqual(made.body);
  expect((await second.call('GET', '/apis/gateway.networking.k8s.io/v1/gateways')).status).toBe(
    200,
  );
  const path = `${maps}?watch=true&resourceVersion=${made.body.metadata.resourceVersion}`;
  const [event] = await second.watch(path, () => false);
  expect(event).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
  await second.end();
  rmSync(directory, { recursive: true });
});
