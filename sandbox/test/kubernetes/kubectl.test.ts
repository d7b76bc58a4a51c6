// Tests of the unmodified kubectl with a sandbox cluster.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type KubeShell, kubeShell } from '../support/kube-tools.ts';
import { type OpenCluster, openCluster, token } from './open-cluster.ts';

let open: OpenCluster;
let shell: KubeShell;

beforeAll(async () => {
  open = await openCluster();
  const { endpoint, caCertificate } = open.cluster;
  shell = kubeShell({ endpoint, caCertificate, token });
});

afterAll(async () => {
  expect(open.context.unknown).toEqual([]);
  await open.end();
});

const deployment = (name: string, image = 'nginx:1.25') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, labels: { app: name } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'web', image, ports: [{ containerPort: 80 }] }] },
    },
  },
});

const gateway = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'inference-gateway' },
  spec: {
    gatewayClassName: 'gke-l7-regional-external-managed',
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
  },
};

const route = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'llm-route' },
  spec: {
    hostnames: ['llm.example.com'],
    parentRefs: [{ name: 'inference-gateway' }],
    rules: [
      {
        backendRefs: [
          { group: 'inference.networking.k8s.io', kind: 'InferencePool', name: 'vllm-qwen' },
        ],
      },
    ],
  },
};

const pool = {
  apiVersion: 'inference.networking.k8s.io/v1',
  kind: 'InferencePool',
  metadata: { name: 'vllm-qwen' },
  spec: {
    selector: { matchLabels: { app: 'vllm-qwen' } },
    targetPorts: [{ number: 8000 }],
    endpointPickerRef: { name: 'vllm-qwen-epp', port: { number: 9002 } },
  },
};

const asList = (...items: object[]): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

/** Name and Programmed status of each row. */
const rowsOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^(\S+)\s+\S+\s+(\S+).*$/, '$1 $2'));

const words = (text: string): string[][] =>
  text.split('\n').map((line) => line.trim().split(/\s{2,}/));

test('kubectl applies server-side, and lists gateways, routes and pools of all namespaces', async () => {
  await shell.kubectl(['apply', '--server-side', '-f', '-'], {
    input: asList(gateway, route, pool),
  });
  const { stdout } = await shell.kubectl(['get', 'gateways,httproutes,inferencepools', '-A']);
  expect(words(stdout)[0]).toEqual(['NAMESPACE', 'NAME', 'CLASS', 'ADDRESS', 'PROGRAMMED', 'AGE']);
  expect(stdout).toMatch(
    /default\s+gateway\.gateway\.networking\.k8s\.io\/inference-gateway\s+gke-l7-regional-external-managed\s+Unknown/,
  );
  expect(stdout).toMatch(
    /httproute\.gateway\.networking\.k8s\.io\/llm-route\s+\["llm\.example\.com"\]/,
  );
  expect(stdout).toMatch(/inferencepool\.inference\.networking\.k8s\.io\/vllm-qwen/);
});

test('kubectl apply prints created, unchanged or configured, and diff shows the changes', async () => {
  const file = join(shell.folder, 'web.json');
  writeFileSync(file, JSON.stringify(deployment('web')));
  expect((await shell.kubectl(['apply', '-f', file])).stdout).toBe('deployment.apps/web created');
  expect((await shell.kubectl(['apply', '-f', file])).stdout).toBe('deployment.apps/web unchanged');
  writeFileSync(file, JSON.stringify(deployment('web', 'nginx:1.26')));
  const diff = await shell.kubectl(['diff', '-f', file], { reject: false });
  expect(diff.exitCode).toBe(1);
  expect(diff.stdout).toMatch(/-\s+- image: nginx:1.25|-\s+image: nginx:1.25/);
  expect(diff.stdout).toMatch(/\+\s+- image: nginx:1.26|\+\s+image: nginx:1.26/);
  expect((await shell.kubectl(['apply', '-f', file])).stdout).toBe(
    'deployment.apps/web configured',
  );
});

test('an object can change from client-side to server-side apply', async () => {
  const input = JSON.stringify(deployment('moved'));
  await shell.kubectl(['apply', '-f', '-'], { input });
  await shell.kubectl(['apply', '--server-side', '-f', '-'], { input });
  const { stdout } = await shell.kubectl([
    'get',
    'deploy/moved',
    '-o',
    'json',
    '--show-managed-fields',
  ]);
  const shown = JSON.parse(stdout) as {
    metadata: { managedFields: { manager: string; operation: string }[] };
  };
  expect(
    shown.metadata.managedFields.map((entry) => `${entry.manager} ${entry.operation}`),
  ).toContain('kubectl Apply');
});

test('an apply conflict names the field owner, and a forced apply takes the field', async () => {
  await shell.kubectl(['apply', '--server-side', '-f', '-'], {
    input: JSON.stringify(deployment('owned')),
  });
  const other = JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'owned' },
    spec: { replicas: 5 },
  });
  const args = ['apply', '--server-side', '--field-manager', 'other', '-f', '-'];
  const refused = await shell.kubectl(args, { input: other, reject: false });
  expect(refused.stderr).toContain(
    'Apply failed with 1 conflict: conflict with "kubectl": .spec.replicas',
  );
  await shell.kubectl([...args, '--force-conflicts'], { input: other });
  const { stdout } = await shell.kubectl([
    'get',
    'deploy/owned',
    '-o',
    'jsonpath={.spec.replicas}',
  ]);
  expect(stdout).toBe('5');
});

test('kubectl prints wide tables, JSONPath and YAML', async () => {
  await shell.kubectl(['apply', '-f', '-'], { input: JSON.stringify(deployment('shown')) });
  const wide = await shell.kubectl(['get', 'deploy/shown', '-o', 'wide']);
  expect(wide.stdout).toMatch(
    /^NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE\s+CONTAINERS\s+IMAGES\s+SELECTOR/,
  );
  expect(wide.stdout).toMatch(/shown\s+0\/2\s+0\s+0\s+\d+s\s+web\s+nginx:1.25\s+app=shown/);
  const yaml = await shell.kubectl(['get', 'deploy/shown', '-o', 'yaml']);
  expect(yaml.stdout).toContain('imagePullPolicy: IfNotPresent');
  const services = await shell.kubectl(['get', 'svc', 'kubernetes', '--no-headers']);
  expect(services.stdout).toMatch(
    /^kubernetes\s+ClusterIP\s+34\.118\.\d+\.\d+\s+<none>\s+443\/TCP/,
  );
});

test('kubectl wait ends when the status subresource sets the condition', async () => {
  const input = JSON.stringify({ ...gateway, metadata: { name: 'awaited' } });
  await shell.kubectl(['apply', '--server-side', '-f', '-'], { input });
  const waiting = shell.kubectl([
    'wait',
    '--for=condition=Programmed',
    'gateway/awaited',
    '--timeout=20s',
  ]);
  const condition = {
    type: 'Programmed',
    status: 'True',
    reason: 'Programmed',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  const patch = JSON.stringify({ status: { conditions: [condition] } });
  await shell.kubectl([
    'patch',
    'gateway/awaited',
    '--subresource=status',
    '--type=merge',
    '-p',
    patch,
  ]);
  expect((await waiting).stdout).toContain('condition met');
});

test('kubectl get -w prints a row per change', async () => {
  const input = JSON.stringify({ ...gateway, metadata: { name: 'followed' } });
  await shell.kubectl(['apply', '--server-side', '-f', '-'], { input });
  const follow = shell.spawn(['get', 'gateway/followed', '-w', '--no-headers']);
  await vi.waitFor(() => expect(rowsOf(follow.output())).toEqual(['followed Unknown']), {
    timeout: 20_000,
  });
  open.cluster.store.updateStatus(
    { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'default', name: 'followed' },
    (object) => {
      const lastTransitionTime = '2026-01-01T00:00:00Z';
      const told = { status: 'True', reason: 'Programmed', message: '', lastTransitionTime };
      object['status'] = { conditions: [{ type: 'Programmed', ...told }] };
    },
  );
  await vi.waitFor(() =>
    expect(rowsOf(follow.output())).toEqual(['followed Unknown', 'followed True']),
  );
  await follow.stop();
});

test('kubectl rollout status follows a rollout to its end', async () => {
  await shell.kubectl(['apply', '-f', '-'], { input: JSON.stringify(deployment('rolled')) });
  const rollout = shell.kubectl(['rollout', 'status', 'deploy/rolled', '--timeout=20s']);
  open.cluster.store.updateStatus(
    { group: 'apps', kind: 'Deployment', namespace: 'default', name: 'rolled' },
    (object) => {
      object['status'] = {
        observedGeneration: object.metadata.generation,
        replicas: 2,
        updatedReplicas: 2,
        readyReplicas: 2,
        availableReplicas: 2,
      };
    },
  );
  expect((await rollout).stdout).toContain('successfully rolled out');
});

test('kubectl scales, sets an image, labels, annotates and deletes', async () => {
  await shell.kubectl(['apply', '-f', '-'], { input: JSON.stringify(deployment('edited')) });
  await shell.kubectl(['scale', 'deploy/edited', '--replicas=4']);
  await shell.kubectl(['set', 'image', 'deploy/edited', 'web=nginx:9']);
  await shell.kubectl(['label', 'deploy/edited', 'tier=front']);
  await shell.kubectl(['annotate', 'deploy/edited', 'note=kept']);
  const path =
    '{.spec.replicas} {.spec.template.spec.containers[0].image} {.metadata.labels.tier} {.metadata.annotations.note}';
  const { stdout } = await shell.kubectl(['get', 'deploy/edited', '-o', `jsonpath=${path}`]);
  expect(stdout).toBe('4 nginx:9 front kept');
  await shell.kubectl(['delete', 'deploy/edited']);
  const gone = await shell.kubectl(['get', 'deploy/edited'], { reject: false });
  expect(gone.stderr).toBe('Error from server (NotFound): deployments.apps "edited" not found');
});

test('kubectl empties a namespace and waits for its deletion', async () => {
  await shell.kubectl(['create', 'namespace', 'short-lived']);
  await shell.kubectl(['create', 'configmap', 'inside', '-n', 'short-lived', '--from-literal=a=b']);
  await shell.kubectl([
    'create',
    'secret',
    'generic',
    'hidden',
    '-n',
    'short-lived',
    '--from-literal=a=b',
  ]);
  await shell.kubectl(['delete', 'namespace', 'short-lived', '--timeout=20s']);
  const { stdout } = await shell.kubectl(['get', 'namespaces', '-o', 'name']);
  expect(stdout.split('\n')).not.toContain('namespace/short-lived');
  expect(open.cluster.store.list({ group: '', kind: 'Secret', namespace: 'short-lived' })).toEqual(
    [],
  );
});

test('kubectl explains fields, lists resources and answers auth can-i', async () => {
  const explained = await shell.kubectl(['explain', 'gateway.spec.listeners']);
  expect(explained.stdout).toMatch(/protocol\s<string> -required-/);
  const resources = await shell.kubectl([
    'api-resources',
    '--categories=gateway-api',
    '-o',
    'name',
  ]);
  expect(resources.stdout.split('\n').toSorted()).toEqual([
    'gatewayclasses.gateway.networking.k8s.io',
    'gateways.gateway.networking.k8s.io',
    'httproutes.gateway.networking.k8s.io',
    'referencegrants.gateway.networking.k8s.io',
  ]);
  expect((await shell.kubectl(['auth', 'can-i', 'create', 'clusterroles'])).stdout).toBe('yes');
  expect((await shell.kubectl(['version'])).stdout).toContain(
    'Server Version: v1.34.1-gke.3899000',
  );
});

test.each([
  [
    'an unknown field',
    ['apply', '-f', '-'],
    { ...gateway, spec: { ...gateway.spec, gatewayClass: 'x' } },
    'strict decoding error: unknown field "spec.gatewayClass"',
  ],
  [
    'an unknown field, server-side',
    ['apply', '--server-side', '-f', '-'],
    { ...gateway, spec: { ...gateway.spec, gatewayClass: 'x' } },
    'Kind=Gateway): .spec.gatewayClass: field not declared in schema',
  ],
  [
    'a value out of range',
    ['apply', '--server-side', '-f', '-'],
    {
      ...gateway,
      metadata: { name: 'high' },
      spec: { gatewayClassName: 'x', listeners: [{ name: 'a', port: 70_000, protocol: 'HTTP' }] },
    },
    'spec.listeners[0].port: Invalid value: 70000: spec.listeners[0].port in body should be less than or equal to 65535',
  ],
  [
    'a violated rule',
    ['apply', '--server-side', '-f', '-'],
    {
      ...gateway,
      metadata: { name: 'twice' },
      spec: {
        gatewayClassName: 'x',
        listeners: [
          { name: 'a', port: 80, protocol: 'HTTP' },
          { name: 'b', port: 80, protocol: 'HTTP' },
        ],
      },
    },
    'port, protocol and hostname together must be unique',
  ],
])('kubectl refuses %s and names the field', async (_what, args, object, why) => {
  const refused = await shell.kubectl(args, { input: JSON.stringify(object), reject: false });
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain(why);
});
