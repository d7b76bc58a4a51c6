// Tests of the unmodified helm with cluster controllers: waits, failures, rollbacks.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ToolRun } from '../../support/kube-tools.ts';
import { openShell, type OpenShell } from './open-shell.ts';

let one: OpenShell;
let chart: string;

const files: Readonly<Record<string, string>> = {
  'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: "1.25"\n',
  'values.yaml': 'image: nginx:1.25\nsize: 3\n',
  'crds/widgets.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Widget, plural: widgets, shortNames: [wd] }
  versions:
    - name: v1
      served: true
      storage: true
      additionalPrinterColumns: [{ name: Size, type: integer, jsonPath: .spec.size }]
      schema:
        openAPIV3Schema:
          type: object
          description: A widget.
          properties:
            spec:
              type: object
              properties:
                size: { type: integer, maximum: 9, description: How large it is. }
                color: { type: string, default: blue }
              x-kubernetes-validations:
                - { rule: "self.size >= oldSelf.size", message: widgets never shrink }
`,
  'templates/widget.yaml': `apiVersion: example.com/v1
kind: Widget
metadata: { name: "{{ .Release.Name }}" }
spec: { size: {{ .Values.size }} }
`,
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: "{{ .Release.Name }}" }
spec:
  selector: { matchLabels: { app: "{{ .Release.Name }}" } }
  template:
    metadata: { labels: { app: "{{ .Release.Name }}" } }
    spec:
      containers: [{ name: main, image: "{{ .Values.image }}" }]
`,
};

beforeAll(async () => {
  one = await openShell();
  chart = join(one.shell.folder, 'chart');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(chart, name, '..'), { recursive: true });
    writeFileSync(join(chart, name), content);
  }
});
afterAll(async () => {
  expect(one.open.context.unknown).toEqual([]);
  await one.end();
});

const helm = (line: string): Promise<ToolRun> => one.shell.helm(line.split(' '), { reject: false });
const history = async (release: string): Promise<string[]> => {
  const { stdout } = await helm(`history ${release} -o json`);
  const revisions = JSON.parse(stdout) as { revision: number; status: string }[];
  return revisions.map(({ revision, status }) => `${revision} ${status}`);
};
const imageOf = (name: string): Promise<string> =>
  one.kubectl(`get deploy ${name} -o jsonpath={.spec.template.spec.containers[0].image}`);

test('a release waits for its pods, and its definition is served, explained and enforced', async () => {
  const installed = await helm(`install web ${chart} --wait --timeout 60s`);
  expect(installed.stdout).toContain('STATUS: deployed');
  expect(await one.kubectl('get deploy web --no-headers')).toMatch(/^web +1\/1/);
  expect(await one.kubectl('get wd --no-headers')).toMatch(/^web +3$/);
  expect(await one.kubectl('get wd web -o jsonpath={.spec.color}')).toBe('blue');
  expect(await one.kubectl('explain widget.spec.size')).toContain('How large it is.');
  expect((await helm('get manifest web')).stdout).toContain('kind: Widget');

  const tooLarge = await helm(`upgrade web ${chart} --set size=10`);
  expect(tooLarge.stderr).toContain('spec.size in body should be less than or equal to 9');
  const smaller = await helm(`upgrade web ${chart} --set size=2`);
  expect(smaller.stderr).toContain('widgets never shrink');
  expect(await history('web')).toEqual(['1 deployed', '2 failed', '3 failed']);
});

test('helm upgrade --atomic rolls back an upgrade that never becomes ready', async () => {
  const broken = 'image=nginx:does-not-exist';
  const failed = await helm(`upgrade web ${chart} --set ${broken} --atomic --timeout 5s`);
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toMatch(/rolled back|rollback/i);
  expect(await history('web')).toEqual([
    '1 superseded',
    '2 failed',
    '3 failed',
    '4 failed',
    '5 deployed',
  ]);
  expect(await imageOf('web')).toBe('nginx:1.25');
  await expect.poll(() => one.kubectl('get deploy web --no-headers')).toMatch(/^web +1\/1/);
});

test('a failed install leaves nothing with --atomic, and a failed release without it', async () => {
  const broken = '--set image=nginx:does-not-exist --timeout 3s';
  const atomic = await helm(`install gone ${chart} ${broken} --atomic`);
  expect(atomic.exitCode).toBe(1);
  expect(await one.kubectl('get deploy gone')).toContain('(NotFound)');
  expect((await helm('status gone')).stderr).toContain('not found');

  const kept = await helm(`install kept ${chart} ${broken} --wait`);
  expect(kept.exitCode).toBe(1);
  expect(await history('kept')).toEqual(['1 failed']);
  // Without --reset-values helm reuses the broken image.
  const mended = await helm(`upgrade --install kept ${chart} --reset-values --wait --timeout 60s`);
  expect(mended.stdout).toContain('STATUS: deployed');
});

test('helm rolls back to a given revision, and uninstall keeps only the definition', async () => {
  await helm(`upgrade web ${chart} --set image=nginx:1.26 --wait --timeout 60s`);
  expect(await imageOf('web')).toBe('nginx:1.26');
  await helm('rollback web 1 --wait --timeout 60s');
  expect(await imageOf('web')).toBe('nginx:1.25');
  const rendered = await helm(`upgrade web ${chart} --set image=nginx:1.27 --dry-run=server`);
  expect(rendered.stdout).toContain('image: "nginx:1.27"');
  expect(await imageOf('web')).toBe('nginx:1.25');

  for (const release of ['web', 'kept']) await helm(`uninstall ${release} --wait --timeout 60s`);
  expect((await helm('list -q')).stdout).toBe('');
  expect(await one.kubectl('get deploy,wd -o name')).toBe('');
  expect(await one.kubectl('get crd widgets.example.com -o name')).toContain('widgets.example.com');
});

test('helm names the missing permission when it cannot write releases', async () => {
  one.open.google.state.caller.deniedPermissions = ['container.secrets.create'];
  const refused = await helm(`install forbidden ${chart}`);
  expect(refused.stderr).toContain('requires one of ["container.secrets.create"] permission(s).');
  one.open.google.state.caller.deniedPermissions = [];
});
