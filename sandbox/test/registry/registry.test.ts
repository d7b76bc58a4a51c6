// Tests of the chart registry with OCI and helm, and of the charts' definitions.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { createContext, type OpenContext } from '../../core/create-context.ts';
import { createRegistry } from '../../registry/registry.ts';
import { kubeShell, type KubeShell } from '../support/kube-tools.ts';

const directory = mkdtempSync(join(tmpdir(), 'llmgw-registry-'));
let opened: OpenContext;
let tools: KubeShell;
let base: string;

beforeAll(async () => {
  opened = await createContext({ port: 0, speed: 1, directory });
  createRegistry(opened.context);
  await opened.open();
  base = opened.context.baseUrl;
  // Rendering needs no cluster.
  tools = kubeShell({ endpoint: '127.0.0.1:9', caCertificate: '', token: '' });
});
afterAll(async () => {
  await opened.close();
  for (const folder of [directory, tools.folder]) rmSync(folder, { recursive: true, force: true });
});

const charts = (): string => `${base.replace('http://', 'oci://')}/charts`;

test('a manifest is found by tag and digest, and its blobs match their digests', async () => {
  expect((await fetch(`${base}/v2/`)).status).toBe(200);
  const name = `${base}/v2/charts/apigee-apim-operator-helm`;
  const tags = await (await fetch(`${name}/tags/list`)).json();
  expect(tags).toEqual({ name: 'charts/apigee-apim-operator-helm', tags: ['1.1.1'] });
  const head = await fetch(`${name}/manifests/1.1.1`, { method: 'HEAD' });
  expect(head.headers.get('content-type')).toBe('application/vnd.oci.image.manifest.v1+json');
  const digest = head.headers.get('docker-content-digest') ?? '';
  const manifest = (await (await fetch(`${name}/manifests/${digest}`)).json()) as {
    config: { digest: string };
    layers: { digest: string; size: number; mediaType: string }[];
  };
  for (const { digest: blob } of [manifest.config, ...manifest.layers]) {
    const bytes = Buffer.from(await (await fetch(`${name}/blobs/${blob}`)).arrayBuffer());
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(blob);
  }
  expect(manifest.layers[0]?.mediaType).toBe('application/vnd.cncf.helm.chart.content.v1.tar+gzip');
});

test.each([
  ['/v2/charts/nothing/manifests/1.1.1', 'NAME_UNKNOWN'],
  ['/v2/charts/apigee-apim-operator-helm/manifests/9.9.9', 'MANIFEST_UNKNOWN'],
  ['/v2/charts/apigee-apim-operator-helm/blobs/sha256:00', 'BLOB_UNKNOWN'],
])('%s is refused with %s', async (path, code) => {
  const answer = await fetch(`${base}${path}`);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ errors: [{ code }] });
});

test('helm renders the operator from the registry', async () => {
  const { stdout } = await tools.helm([
    'template',
    'apigee-apim-operator',
    `${charts()}/apigee-apim-operator-helm`,
    '--version',
    '1.1.1',
    '--plain-http',
    '--namespace',
    'apim',
    '--set',
    'projectId=llm-demo,apigeeOrg=llm-demo,generateEnv=FALSE',
    '--set',
    'serviceAccount=apigee-apim-gsa@llm-demo.iam.gserviceaccount.com',
  ]);
  const objects = parseAllDocuments(stdout).map(
    (document) => document.toJSON() as Record<string, unknown>,
  );
  expect(objects).toContainEqual(
    expect.objectContaining({
      kind: 'ServiceAccount',
      metadata: expect.objectContaining({
        name: 'apim-ksa',
        namespace: 'apim',
        annotations: {
          'iam.gke.io/gcp-service-account': 'apigee-apim-gsa@llm-demo.iam.gserviceaccount.com',
        },
      }) as unknown,
    }),
  );
  expect(objects).toContainEqual(
    expect.objectContaining({
      kind: 'Deployment',
      metadata: expect.objectContaining({
        name: 'apigee-apim-operator',
        namespace: 'apim',
      }) as unknown,
    }),
  );
});

test('helm reports a missing chart and a missing value', async () => {
  const args = ['--version', '1.1.1', '--plain-http'];
  await expect(tools.helm(['template', 'x', `${charts()}/nothing`, ...args])).rejects.toThrow(
    /not found|404/i,
  );
  await expect(
    tools.helm(['template', 'x', `${charts()}/apigee-apim-operator-helm`, ...args]),
  ).rejects.toThrow(/is required/);
});

test('an injected fault affects the registry', async () => {
  opened.context.faults.add({
    service: 'registry',
    operation: 'manifests',
    times: 1,
    probability: 1,
    seed: 1,
    action: { kind: 'status', status: 503, headers: {} },
  });
  const url = `${base}/v2/charts/apigee-apim-operator-crds/manifests/1.1.1`;
  expect((await fetch(url)).status).toBe(503);
  expect((await fetch(url)).status).toBe(200);
});

const templates = fileURLToPath(
  new URL('../../registry/charts/apigee-apim-operator-crds/templates/', import.meta.url),
);
const known = fileURLToPath(new URL('../../../../shared/crds/', import.meta.url));

const plurals = [
  'apigeebackendservices',
  'apigeegatewaypolicies',
  'apimextensionpolicies',
  'apimtemplaterules',
  'apimtemplates',
  'apioperationsets',
  'apiproducts',
  'assignmessages',
  'javascripts',
  'spikearrests',
];

interface Definition {
  spec: {
    group: string;
    scope: string;
    names: Record<string, string>;
    versions: {
      name: string;
      schema: { openAPIV3Schema: { properties: Record<string, SchemaNode> } };
    }[];
  };
}
interface SchemaNode {
  type?: string;
  required?: string[];
  enum?: string[];
  pattern?: string;
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
}

test.runIf(existsSync(known)).each(plurals)(
  'the definition of %s has the known fields',
  (plural) => {
    const read = (file: string): Definition => parse(readFileSync(file, 'utf8')) as Definition;
    const ours = read(join(templates, `${plural}.yaml`)).spec;
    const theirs = read(join(known, `apim.${plural}.yaml`)).spec;
    expect({ ...ours, versions: [] }).toEqual({ ...theirs, versions: [] });
    const spec = (of: typeof ours): unknown =>
      shape(of.versions[0]?.schema.openAPIV3Schema.properties['spec']);
    expect(spec(ours)).toEqual(spec(theirs));
  },
);

/** The parts of a schema that decide its validation. */
function shape(node: SchemaNode | undefined): unknown {
  if (node === undefined) return undefined;
  return {
    type: node.type,
    required: node.required?.toSorted(),
    enum: node.enum?.toSorted(),
    pattern: node.pattern,
    items: shape(node.items),
    properties: Object.fromEntries(
      Object.entries(node.properties ?? {}).map(([name, inner]) => [name, shape(inner)]),
    ),
  };
}
