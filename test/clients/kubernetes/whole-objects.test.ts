// Our manifests, applied by our client and read raw: no field is lost on the way, and a kind may come late.
import { readFileSync, readdirSync } from 'node:fs';
import { request } from 'node:https';
import { afterEach, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { manifest } from '../../../jobs/provision/step-parts/manifests.ts';
import { type OpenCluster, openCluster } from '../../../sandbox/test/controllers/open-cluster.ts';
import { fetchToken } from '../../../sandbox/test/google/open-google.ts';
import {
  createKubernetes,
  type KubernetesClient,
  type KubernetesObject,
} from '../../../src/clients/kubernetes/client.ts';
import { toFault } from '../../../src/kernel/errors.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { gatewayConfig } from '../../jobs/provision/gateway-config.ts';

let opened: OpenCluster;
let kubernetes: KubernetesClient & { close(): Promise<void> };
let token: string;

async function open(options: Parameters<typeof openCluster>[0] = {}): Promise<void> {
  opened = await openCluster(options);
  token = await fetchToken(opened.context.baseUrl);
  const server = `https://${opened.cluster.endpoint}`;
  const { caCertificate } = opened.cluster;
  const get = () => Promise.resolve(token);
  const access = {
    get: () => Promise.resolve({ server, caCertificate }),
    forget: () => undefined,
  };
  kubernetes = createKubernetes(access, { get, refresh: get });
}
afterEach(async () => {
  await kubernetes.close();
  await opened.end();
});

const root = new URL('../../../', import.meta.url);
const context = { env: { gateway: gatewayConfig }, runId: 'run-1' } as unknown as Context;
const manifests = ['inference', 'gateway', 'apigee']
  .flatMap((part) =>
    readdirSync(new URL(`manifests/${part}`, root)).map((file) => `${part}/${file}`),
  )
  .map((file) => manifest(context, file.replace('.yaml', ''), { HF_TOKEN_BASE64: 'aGY=' }));
const isDefinition = ({ kind }: KubernetesObject): boolean => kind === 'CustomResourceDefinition';

/** As the operator's chart brings them. */
function installOperatorKinds(): void {
  const folder = new URL('sandbox/registry/charts/apigee-apim-operator-crds/templates/', root);
  for (const file of readdirSync(folder)) {
    for (const document of parseAllDocuments(readFileSync(new URL(file, folder), 'utf8'))) {
      opened.create(document.toJS() as Parameters<OpenCluster['create']>[0]);
    }
  }
}

/** Plural names of the kinds, for paths that no client of ours has built. */
const plurals: Readonly<Record<string, string>> = {
  GCPBackendPolicy: 'gcpbackendpolicies',
  HealthCheckPolicy: 'healthcheckpolicies',
};

function rawGet({ apiVersion, kind, metadata }: KubernetesObject): Promise<unknown> {
  const prefix = apiVersion.includes('/') ? '/apis' : '/api';
  const scope = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  const plural = plurals[kind] ?? `${kind.toLowerCase()}s`;
  const path = `${prefix}/${apiVersion}${scope}/${plural}/${metadata.name}`;
  const [host, port] = opened.cluster.endpoint.split(':');
  const ca = Buffer.from(opened.cluster.caCertificate, 'base64');
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
    request({ host, port, path, ca, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(JSON.parse(text)));
    })
      .on('error', reject)
      .end();
  });
}

test('every field of every manifest is on the server', async () => {
  await open();
  const { store } = opened.cluster;
  // Ours, as on clusters to which GKE brings none.
  const name = 'inferencepools.inference.networking.k8s.io';
  store.delete({ group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition', name });
  installOperatorKinds();
  opened.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apim' } });
  const ordered = [
    ...manifests.filter(isDefinition),
    ...manifests.filter((one) => !isDefinition(one)),
  ];
  expect(ordered).toHaveLength(manifests.length);
  for (const object of ordered) {
    await expect
      .poll(() => kubernetes.serves(object.apiVersion, object.kind), { timeout: 10_000 })
      .toBe(true);
    await kubernetes.apply(object);
    expect(await rawGet(object), `${object.kind} ${object.metadata.name}`).toMatchObject(object);
  }
}, 60_000);

test('a field that somebody takes out of a definition is drift', async () => {
  await open();
  const definition = manifests.find(({ metadata }) => metadata.name.startsWith('inferenceobj'));
  if (definition === undefined) return expect.fail('no definition of InferenceObjective');
  await kubernetes.apply(definition);
  const { kind, metadata } = definition;
  opened.cluster.store.update(
    { group: 'apiextensions.k8s.io', kind, name: metadata.name },
    (object) => {
      const text = JSON.stringify(object['spec']).replaceAll(/"default":"[^"]*",?/g, '');
      object['spec'] = JSON.parse(text.replaceAll(',}', '}')) as unknown;
    },
  );
  const found = await kubernetes.wouldChange(definition);
  if (found === 'absent') return expect.fail('the definition is gone');
  expect(found.changes.map(({ field }) => field).join()).toContain('default');
});

test('a kind that GKE has not brought yet is waited for', async () => {
  await open({ addonsAfterMs: 3_000_000 });
  const gateway = manifests.find(({ kind }) => kind === 'Gateway');
  if (gateway === undefined) return expect.fail('no Gateway');
  const fault = toFault(await kubernetes.apply(gateway).catch((error: unknown) => error));
  expect(fault).toMatchObject({
    kind: 'transient',
    code: 'kind_not_served',
    untilDeadline: true,
    message: expect.stringContaining('Gateway (gateway.networking.k8s.io/v1)'),
  });
  await expect
    .poll(() => kubernetes.apply(gateway).catch(() => undefined), { timeout: 10_000 })
    .toMatchObject({ kind: 'Gateway' });
});
