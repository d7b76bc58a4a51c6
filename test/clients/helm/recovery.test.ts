// Releases that a killed helm or another tool has left in the way, by the real helm against a sandbox cluster.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { FaultRule } from '../../../sandbox/core/faults.ts';
import { type OpenCluster, openCluster } from '../../../sandbox/test/controllers/open-cluster.ts';
import { fetchToken } from '../../../sandbox/test/google/open-google.ts';
import { type KubeShell, kubeShell } from '../../../sandbox/test/support/kube-tools.ts';
import { type HelmClient, type ReleaseSpec, createHelm } from '../../../src/clients/helm/client.ts';
import { helmFault } from '../../../src/clients/helm/faults.ts';
import { unpackHelm } from '../../../src/clients/helm/find-helm.ts';
import { operatorRef } from '../../../src/gateway/resources.ts';

const namespace = 'apim';
const name = 'apigee-apim-operator';
let folder: string;
let opened: OpenCluster;
let shell: KubeShell;
let helm: HelmClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'llmgw-test-helm-'));
  const binary = await unpackHelm(join(folder, 'cache'));
  opened = await openCluster();
  const token = await fetchToken(opened.context.baseUrl);
  const { endpoint, caCertificate } = opened.cluster;
  shell = kubeShell({ endpoint, caCertificate, token });
  helm = createHelm({
    access: {
      get: () => Promise.resolve({ server: `https://${endpoint}`, caCertificate }),
      forget: () => undefined,
    },
    tokens: { get: () => Promise.resolve(token), refresh: () => Promise.resolve(token) },
    binary,
    plainHttp: true,
  });
});
afterEach(async () => {
  opened.context.faults.clear();
  await helm.uninstall(name, namespace);
});
afterAll(async () => {
  await opened.end();
  rmSync(folder, { recursive: true, force: true });
});

const spec = (values: Record<string, string> = {}): ReleaseSpec => ({
  name,
  namespace,
  chart: `oci://${new URL(opened.context.baseUrl).host}/charts/apigee-apim-operator-helm`,
  version: '1.1.1',
  values: { projectId: 'llm-demo', apigeeOrg: 'llm-demo', serviceAccount: 'a@b.test', ...values },
});

const release = () => helm.getRelease(name, namespace);
const operator = () => opened.get('apps/v1', 'Deployment', operatorRef.name, namespace);
/** Of its releases, as their Secrets are labelled. */
const statuses = (): string[] =>
  opened
    .list('v1', 'Secret', namespace)
    .flatMap(({ metadata: { labels } }) =>
      labels?.['owner'] === 'helm' ? (labels['status'] ?? []) : [],
    );

const edit = (patch: object) =>
  shell.kubectl([
    'patch',
    'deployment',
    operatorRef.name,
    `--namespace=${namespace}`,
    '--type=merge',
    '--field-manager=kubectl-edit',
    '--patch',
    JSON.stringify(patch),
  ]);
const editReplicas = () => edit({ spec: { replicas: 2 } });

const strike = (operation: string, action: FaultRule['action']) =>
  opened.context.faults.add({ service: 'kubernetes', operation, action, probability: 1, seed: 1 });

/** Kills helm in the middle of its work, when its release says so. */
async function killed(status: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  strike('^(delete|patch|create|update) (deployments|serviceaccounts)$', {
    kind: 'delay',
    ms: 600_000,
  });
  const leave = opened.context.onChange(() => {
    if (stop.signal.aborted || !statuses().includes(status)) return;
    // A helm that is killed hard writes nothing more.
    strike('.*', { kind: 'reset' });
    stop.abort(new Error('killed'));
  });
  try {
    await expect(work(stop.signal)).rejects.toThrow('killed');
  } finally {
    leave();
    opened.context.faults.clear();
  }
  expect(await release()).toMatchObject({ status });
}

test('a release that a killed helm left uninstalling is uninstalled to its end, then installed', async () => {
  await helm.install(spec());
  await killed('uninstalling', (signal) => helm.uninstall(name, namespace, { signal }));
  await helm.install(spec());
  expect(await release()).toMatchObject({ status: 'deployed', revision: 1 });
  expect(operator()).toBeDefined();
}, 120_000);

test('a release that a killed helm left uninstalling can be uninstalled', async () => {
  await helm.install(spec());
  await killed('uninstalling', (signal) => helm.uninstall(name, namespace, { signal }));
  await helm.uninstall(name, namespace);
  expect(await release()).toBeUndefined();
  expect(operator()).toBeUndefined();
}, 120_000);

test.each([
  ['a changed value', { spec: { replicas: 2 } }],
  ['a label', { metadata: { labels: { app: 'mine' } } }],
])(
  '%s that kubectl wrote into the chart’s objects is put right by the next install',
  async (_what, patch) => {
    await helm.install(spec());
    await edit(patch);
    await helm.install(spec({ generateEnv: 'TRUE' }));
    expect(await release()).toMatchObject({ status: 'deployed' });
    expect(operator()?.['spec']).toMatchObject({ replicas: 1 });
    expect(operator()?.metadata.labels).toMatchObject({ app: 'apigee-apim-operator' });
  },
  120_000,
);

test('a field that kubectl wrote does not keep a pending upgrade from being rolled back', async () => {
  await helm.install(spec());
  await editReplicas();
  await killed('pending-upgrade', (signal) =>
    helm.install(spec({ generateEnv: 'TRUE' }), { signal }),
  );
  // What is pending for less than half a minute may still be at work.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
  try {
    await helm.install(spec({ generateEnv: 'TRUE' }));
  } finally {
    vi.useRealTimers();
  }
  expect(await release()).toMatchObject({ status: 'deployed' });
  expect(operator()?.['spec']).toMatchObject({ replicas: 1 });
}, 120_000);

const strikeRegistry = (more: Pick<FaultRule, 'times'> = {}) =>
  opened.context.faults.add({
    service: 'registry',
    operation: '.*',
    action: { kind: 'status', status: 401, headers: {} },
    probability: 1,
    seed: 1,
    ...more,
  });

test('a chart registry that answers 401 once is asked once more', async () => {
  strikeRegistry({ times: 1 });
  await helm.install(spec());
  expect(await release()).toMatchObject({ status: 'deployed' });
}, 60_000);

test('a chart registry that answers 401 for good is denied, and says what to grant', async () => {
  strikeRegistry();
  const thrown: unknown = await helm.install(spec()).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ fault: { kind: 'permanent', code: 'denied' } });
  expect(JSON.stringify(thrown)).toContain('the charts');
}, 60_000);

test('a conflict that helm cannot force says what to remove', () => {
  const stderr =
    'Error: UPGRADE FAILED: conflict occurred while applying object apim/apigee-apim-operator apps/v1, Kind=Deployment: Apply failed with 1 conflict: conflict with "kubectl-edit" using apps/v1: .spec.replicas';
  const { fault } = helmFault(new Error('exit 1'), {
    doing: 'Installing',
    stderr,
    plainHttp: false,
  });
  expect(fault).toMatchObject({ kind: 'refused', code: 'field_conflict' });
  expect(fault.message).toContain('conflict with "kubectl-edit" using apps/v1: .spec.replicas');
  expect(fault.next).toContain('Remove the field from the other configuration');
});
