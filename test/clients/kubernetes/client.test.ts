// The cluster's API through our client, against the sandbox's: apply, drift, ownership, conflicts, watches, loss of the connection.
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type {
  ClusterAccess,
  ClusterAccessSource,
} from '../../../src/clients/shared/cluster-access.ts';
import {
  type KubernetesClient,
  type KubernetesObject,
  createKubernetes,
  isOurs,
} from '../../../src/clients/kubernetes/client.ts';
import { startAway } from '../../../sandbox/kubernetes/server/away-server.ts';
import { makeCertificate } from '../../../sandbox/kubernetes/server/certificate.ts';
import { type OpenCluster, openCluster } from '../../../sandbox/test/controllers/open-cluster.ts';
import { fetchToken } from '../../../sandbox/test/google/open-google.ts';
import { kubeShell } from '../../../sandbox/test/support/kube-tools.ts';
import { faultOf } from '../../support/fault-of.ts';

let opened: OpenCluster;
let kubernetes: KubernetesClient & { close(): Promise<void> };
let token: string;
let refreshes = 0;
let lookups = 0;
let server: string;

const tokens = {
  get: () => Promise.resolve(token),
  refresh: async () => {
    refreshes += 1;
    token = await fetchToken(opened.context.baseUrl);
    return token;
  },
};

beforeAll(async () => {
  opened = await openCluster();
  token = await fetchToken(opened.context.baseUrl);
  server = `https://${opened.cluster.endpoint}`;
  let known: Promise<ClusterAccess> | undefined;
  const access: ClusterAccessSource = {
    get: () => {
      known ??= Promise.resolve({ server, caCertificate: opened.cluster.caCertificate });
      return known;
    },
    forget: () => {
      lookups += 1;
      known = undefined;
    },
  };
  kubernetes = createKubernetes(access, tokens);
});
afterAll(async () => {
  await kubernetes.close();
  await opened.end();
});

const labels = { 'app.kubernetes.io/managed-by': 'llmgw' };
const config = (
  name: string,
  data: Record<string, string>,
  more: object = {},
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels, ...more },
  data,
});
const refTo = (name: string) =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name }) as const;

test('applies, sees no drift, and then exactly the fields that would change', async () => {
  const wish = config('drift', { a: '1', b: '2' }, { annotations: { 'llmgw.dev/run': 'run-1' } });
  await expect(kubernetes.wouldChange(wish)).resolves.toBe('absent');
  const made = await kubernetes.apply(wish);
  expect(isOurs(made)).toBe(true);
  await expect(kubernetes.wouldChange(wish)).resolves.toMatchObject({ changes: [] });
  // Another run is no drift.
  const later = config('drift', { a: '1', b: '2' }, { annotations: { 'llmgw.dev/run': 'run-2' } });
  await expect(kubernetes.wouldChange(later)).resolves.toMatchObject({ changes: [] });
  await expect(kubernetes.wouldChange(config('drift', { a: '1', b: '3' }))).resolves.toEqual({
    live: expect.objectContaining({ data: { a: '1', b: '2' } }),
    changes: [{ field: 'data.b', setBy: undefined }],
  });
  // Comparing wrote nothing.
  await expect(kubernetes.get(refTo('drift'))).resolves.toMatchObject({ data: { b: '2' } });
});

test('takes nothing over that somebody else made', async () => {
  opened.create({
    ...config('theirs', { a: '1' }),
    metadata: { name: 'theirs', namespace: 'default' },
  });
  for (const work of [
    kubernetes.wouldChange(config('theirs', { a: '1' })),
    kubernetes.apply(config('theirs', { a: '1' })),
  ]) {
    await expect(faultOf(work)).resolves.toMatchObject({ kind: 'refused', code: 'not_ours' });
  }
});

test('sees what kubectl changed on an object of ours, and takes it back', async () => {
  const shell = kubeShell({ ...opened.cluster, token });
  await kubernetes.apply(config('shared', { a: '1' }));
  const theirs = JSON.stringify({ ...config('shared', { a: '2' }), metadata: { name: 'shared' } });
  await shell.kubectl(
    ['apply', '--server-side', '--force-conflicts', '--field-manager=a-person', '-f', '-'],
    { input: theirs },
  );
  await expect(kubernetes.wouldChange(config('shared', { a: '1' }))).resolves.toEqual({
    live: expect.objectContaining({ data: { a: '2' } }),
    changes: [
      {
        field: 'data.a',
        setBy: { manager: 'a-person', at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
      },
    ],
  });
  await kubernetes.apply(config('shared', { a: '1' }));
  await expect(kubernetes.get(refTo('shared'))).resolves.toMatchObject({ data: { a: '1' } });
});

test('deletes only the object that was meant', async () => {
  const made = await kubernetes.apply(config('gone', { a: '1' }));
  await kubernetes.delete(refTo('gone'), { uid: 'ffffffff-0000-0000-0000-000000000000' });
  await expect(kubernetes.get(refTo('gone'))).resolves.toBeDefined();
  const uid = made.metadata.uid ?? '';
  await kubernetes.delete(refTo('gone'), { uid });
  await expect(kubernetes.get(refTo('gone'))).resolves.toBeUndefined();
  await kubernetes.delete(refTo('gone'), { uid });
});

test('a kind that is not served has no objects', async () => {
  const of = { apiVersion: 'example.com/v1', kind: 'Nothing' };
  await expect(kubernetes.get({ ...of, name: 'x', namespace: 'default' })).resolves.toBeUndefined();
  await expect(kubernetes.list(of)).resolves.toEqual([]);
  await expect(kubernetes.serves('example.com/v1', 'Nothing')).resolves.toBe(false);
  await expect(kubernetes.serves('apps/v1', 'Deployment')).resolves.toBe(true);
});

test('lists by label', async () => {
  await kubernetes.apply(config('one', {}, { labels: { ...labels, color: 'blue' } }));
  await kubernetes.apply(config('two', {}, { labels: { ...labels, color: 'red' } }));
  const found = await kubernetes.list({ ...refTo(''), labelSelector: 'color=blue' });
  expect(found.map((object) => object.metadata.name)).toEqual(['one']);
});

test('a watch ends as soon as its object is as it should be', async () => {
  const waiting = kubernetes.watchUntil(
    refTo('awaited'),
    (object) => (object?.['data'] as { state?: string } | undefined)?.state === 'ready',
    { timeoutMs: 20_000 },
  );
  await kubernetes.apply(config('awaited', { state: 'starting' }));
  await kubernetes.apply(config('awaited', { state: 'ready' }));
  await expect(waiting).resolves.toMatchObject({ data: { state: 'ready' } });
});

test('a deletion between the first look and the start of the watch is not missed', async () => {
  const made = await kubernetes.apply(config('in-the-gap', { a: '1' }));
  const { faults } = opened.context;
  const slow = faults.add({
    service: 'kubernetes',
    operation: '^watch configmaps$',
    action: { kind: 'delay', ms: 500 },
    probability: 1,
    seed: 1,
    times: 1,
  });
  const waiting = kubernetes.watchUntil(refTo('in-the-gap'), (object) => object === undefined, {
    timeoutMs: 20_000,
  });
  // Struck: the watch is on its way, and the first look is behind it.
  await expect.poll(() => slow.struck).toBe(1);
  await kubernetes.delete(refTo('in-the-gap'), { uid: made.metadata.uid ?? '' });
  const started = performance.now();
  await expect(waiting).resolves.toBeUndefined();
  expect(performance.now() - started).toBeLessThan(15_000);
});

test('a watch that is not met tells what it saw last; one that is aborted throws the reason', async () => {
  await kubernetes.apply(config('never', { state: 'starting' }));
  const last = await kubernetes.watchUntil(refTo('never'), () => false, { timeoutMs: 200 });
  expect(last).toMatchObject({ data: { state: 'starting' } });
  const reason = new Error('cancelled by a person');
  const abort = new AbortController();
  const waiting = kubernetes.watchUntil(refTo('never'), () => false, {
    timeoutMs: 20_000,
    signal: abort.signal,
  });
  abort.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});

test('an expired token is renewed once', async () => {
  opened.google.expireTokens();
  const before = refreshes;
  await expect(kubernetes.get(refTo('drift'))).resolves.toBeDefined();
  expect(refreshes).toBe(before + 1);
});

test('what the cluster refuses is the fault of the configuration, in its own words', async () => {
  const bad = { ...config('bad', {}), data: { a: 1 } };
  await expect(faultOf(kubernetes.apply(bad))).resolves.toMatchObject({
    kind: 'permanent',
    code: 'rejected',
    message: expect.stringContaining('Applying ConfigMap default/bad: '),
  });
});

test('after a lost connection the cluster is looked up anew', async () => {
  const right = server;
  const before = lookups;
  server = `https://127.0.0.1:${opened.gatewayPort}`;
  const lost = createKubernetes(
    {
      get: () => Promise.resolve({ server, caCertificate: opened.cluster.caCertificate }),
      forget: () => {
        lookups += 1;
      },
    },
    tokens,
  );
  await expect(faultOf(lost.get(refTo('drift')))).resolves.toMatchObject({
    kind: 'transient',
    code: 'unavailable',
  });
  expect(lookups).toBe(before + 1);
  server = right;
  await expect(lost.get(refTo('drift'))).resolves.toBeDefined();
  await lost.close();
});

test.each([
  ['reset', /ECONNRESET|UND_ERR_SOCKET/],
  ['garbage', /ERR_SSL_|EPROTO/],
  ['malformed', /HPE_|HTTP_PARSER/],
  ['page', /: status 502$/],
  ['goaway', /UND_ERR_|ERR_HTTP2_|ECONNRESET/],
] as const)('an API server that is away is an outage: %s', async (kind, code) => {
  const certificate = await makeCertificate();
  const away = await startAway(kind, 0, certificate);
  const caCertificate = Buffer.from(certificate.cert).toString('base64');
  const lost = createKubernetes(
    {
      get: () => Promise.resolve({ server: `https://127.0.0.1:${away.port}`, caCertificate }),
      forget: () => undefined,
    },
    tokens,
  );
  try {
    const fault = await faultOf(lost.get(refTo('drift')));
    expect(fault).toMatchObject({
      kind: 'transient',
      code: 'unavailable',
      untilDeadline: true,
      details: { away: 'cluster_api' },
    });
    expect(fault.message).toMatch(code);
  } finally {
    await lost.close();
    await away.stop();
  }
});

test("a server whose certificate is not the cluster's hears no token", async () => {
  const other = await generate([{ name: 'commonName', value: 'elsewhere' }]);
  let forgotten = 0;
  const wrong = createKubernetes(
    {
      get: () =>
        Promise.resolve({ server, caCertificate: Buffer.from(other.cert).toString('base64') }),
      forget: () => {
        forgotten += 1;
      },
    },
    tokens,
  );
  const fault = await faultOf(wrong.get(refTo('drift')));
  expect(fault).toMatchObject({ kind: 'transient', code: 'unavailable' });
  expect(fault.message).toMatch(/CERT|SIGNATURE|VERIFY/);
  expect(forgotten).toBe(1);
  await wrong.close();
});
