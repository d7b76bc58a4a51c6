// Tests of the unmodified helm with a sandbox cluster and a local chart.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChangeEvent, KubeObject } from '../../kubernetes/cluster.ts';
import { type KubeShell, kubeShell } from '../support/kube-tools.ts';
import { type OpenCluster, openCluster, token } from './open-cluster.ts';

let open: OpenCluster;
let shell: KubeShell;
let chart: string;

const files: Readonly<Record<string, string>> = {
  'Chart.yaml': 'apiVersion: v2\nname: operator\nversion: 1.1.1\nappVersion: "1.1.1"\n',
  'values.yaml': 'replicas: 1\nimage: operator:1\nnote: first\n',
  'crds/widgets.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Widget, plural: widgets }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: { type: object, required: [size], properties: { size: { type: integer, default: 3 } } }
`,
  'templates/account.yaml': `apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .Release.Name }}
  annotations: { iam.gke.io/gcp-service-account: gsa@llm-demo.iam.gserviceaccount.com }
`,
  'templates/role.yaml': `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: "{{ .Release.Name }}" }
rules: [{ apiGroups: [example.com], resources: [widgets], verbs: ["*"] }]
`,
  'templates/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: "{{ .Release.Name }}" }
data: { note: "{{ .Values.note }}" }
`,
  'templates/widget.yaml': `apiVersion: example.com/v1
kind: Widget
metadata: { name: "{{ .Release.Name }}" }
spec: { size: {{ .Values.replicas }} }
`,
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: "{{ .Release.Name }}" }
spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: "{{ .Release.Name }}" } }
  template:
    metadata: { labels: { app: "{{ .Release.Name }}" } }
    spec:
      serviceAccountName: "{{ .Release.Name }}"
      containers: [{ name: manager, image: "{{ .Values.image }}" }]
`,
};

beforeAll(async () => {
  open = await openCluster();
  const { endpoint, caCertificate } = open.cluster;
  shell = kubeShell({ endpoint, caCertificate, token });
  chart = join(shell.folder, 'chart');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(chart, name, '..'), { recursive: true });
    writeFileSync(join(chart, name), content);
  }
  open.cluster.store.onChange(bringUp);
});

afterAll(async () => {
  expect(open.context.unknown).toEqual([]);
  await open.end();
});

/** Replaces the deployment controller: requested replicas are ready at once. */
function bringUp({ type, object }: ChangeEvent): void {
  if (object.kind !== 'Deployment' || type === 'DELETED') return;
  const { namespace, name, generation } = object.metadata;
  open.cluster.store.updateStatus({ group: 'apps', kind: 'Deployment', namespace, name }, (one) => {
    const { replicas } = one['spec'] as { replicas: number };
    one['status'] = {
      observedGeneration: generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [
        { type: 'Available', status: 'True' },
        { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
      ],
    };
  });
}

const find = (
  group: string,
  kind: string,
  name = 'op',
  namespace: string | undefined = 'apim',
): KubeObject | undefined => open.cluster.store.get({ group, kind, name, namespace });

test(
  'helm installs, lists, upgrades, rolls back and uninstalls a release, and waits for it',
  { timeout: 120_000 },
  async () => {
    const inApim = ['-n', 'apim', '--timeout', '60s'];
    const installed = await shell.helm([
      'install',
      'op',
      chart,
      ...inApim,
      '--create-namespace',
      '--wait',
    ]);
    expect(installed.stdout).toContain('STATUS: deployed');
    expect(find('', 'ConfigMap')?.['data']).toEqual({ note: 'first' });
    expect(find('example.com', 'Widget')?.['spec']).toEqual({ size: 1 });
    expect(find('', 'Secret', 'sh.helm.release.v1.op.v1')).toMatchObject({
      type: 'helm.sh/release.v1',
      metadata: { labels: { name: 'op', owner: 'helm', status: 'deployed', version: '1' } },
    });

    const listed = JSON.parse(
      (await shell.helm(['list', '-n', 'apim', '-o', 'json'])).stdout,
    ) as object[];
    expect(listed).toMatchObject([
      { name: 'op', revision: '1', status: 'deployed', chart: 'operator-1.1.1' },
    ]);

    await shell.helm([
      'upgrade',
      '--install',
      'op',
      chart,
      ...inApim,
      '--wait',
      '--set',
      'note=second,replicas=2',
    ]);
    expect(find('', 'ConfigMap')?.['data']).toEqual({ note: 'second' });
    expect(find('example.com', 'Widget')?.['spec']).toEqual({ size: 2 });

    const status = JSON.parse(
      (await shell.helm(['status', 'op', '-n', 'apim', '-o', 'json'])).stdout,
    ) as object;
    expect(status).toMatchObject({ name: 'op', version: 2, info: { status: 'deployed' } });

    await shell.helm(['rollback', 'op', '1', ...inApim, '--wait']);
    expect(find('', 'ConfigMap')?.['data']).toEqual({ note: 'first' });
    const history = JSON.parse(
      (await shell.helm(['history', 'op', '-n', 'apim', '-o', 'json'])).stdout,
    ) as object[];
    expect(history).toMatchObject([
      { revision: 1, status: 'superseded' },
      { revision: 2, status: 'superseded' },
      { revision: 3, status: 'deployed' },
    ]);

    await shell.helm(['uninstall', 'op', ...inApim, '--wait']);
    expect(find('apps', 'Deployment')).toBeUndefined();
    expect(find('rbac.authorization.k8s.io', 'ClusterRole', 'op', undefined)).toBeUndefined();
    expect(open.cluster.store.list({ group: '', kind: 'Secret', namespace: 'apim' })).toEqual([]);
    // helm never removes the contents of a chart's crds folder.
    expect(open.cluster.store.serves('example.com', 'Widget')).toBe(true);
  },
);

test("helm reports a release that fails to apply, with the API server's reason", async () => {
  const refused = await shell.helm(['install', 'bad', chart, '--set', 'replicas=many'], {
    reject: false,
  });
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stderr).toMatch(/many|int32|integer/);
});
