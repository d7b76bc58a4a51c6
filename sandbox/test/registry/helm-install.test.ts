// A test of the operator's installation from the registry with the real helm.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubeShell, type KubeShell } from '../support/kube-tools.ts';
import { backendService } from '../controllers/objects.ts';
import { openCluster, type OpenCluster } from '../controllers/open-cluster.ts';
import { createEnvironment, grantIdentity } from '../controllers/operator.ts';
import { fetchToken } from '../google/open-google.ts';

let open: OpenCluster;
let shell: KubeShell;

beforeAll(async () => {
  open = await openCluster({ speed: 600 });
  const { endpoint, caCertificate } = open.cluster;
  shell = kubeShell({ endpoint, caCertificate, token: await fetchToken(open.context.baseUrl) });
});
afterAll(async () => {
  await open.end();
  rmSync(shell.folder, { recursive: true, force: true });
});

test('both charts install, the operator reconciles, and both uninstall', async () => {
  const { projectId } = open.context.seed;
  const charts = `${open.context.baseUrl.replace('http://', 'oci://')}/charts`;
  const where = [
    '--namespace',
    'apim',
    '--version',
    '1.1.1',
    '--plain-http',
    '--wait',
    '--timeout',
    '60s',
  ];
  await shell.helm([
    'install',
    'apigee-apim-crds',
    `${charts}/apigee-apim-operator-crds`,
    ...where,
    '--create-namespace',
  ]);
  const values = [
    `projectId=${projectId}`,
    `apigeeOrg=${projectId}`,
    'generateEnv=FALSE',
    `serviceAccount=apigee-apim-gsa@${projectId}.iam.gserviceaccount.com`,
  ].join(',');
  await shell.helm([
    'install',
    'apigee-apim-operator',
    `${charts}/apigee-apim-operator-helm`,
    ...where,
    '--set',
    values,
  ]);
  const listed = await shell.helm(['list', '--namespace', 'apim', '--output', 'json']);
  expect(
    (JSON.parse(listed.stdout) as { name: string; status: string }[]).map((one) => [
      one.name,
      one.status,
    ]),
  ).toEqual([
    ['apigee-apim-crds', 'deployed'],
    ['apigee-apim-operator', 'deployed'],
  ]);

  grantIdentity(open);
  createEnvironment(open);
  open.create(backendService(open));
  const state = async (): Promise<string> => {
    const columns = ['get', 'apigeebackendservices', 'apigee-llm', '--no-headers'];
    return (await shell.kubectl(columns)).stdout;
  };
  await expect.poll(state, { interval: 300 }).toMatch(/apigee-llm\s+CREATED/);

  await shell.kubectl(['delete', 'apigeebackendservices', 'apigee-llm', '--timeout', '30s']);
  await shell.helm(['uninstall', 'apigee-apim-operator', '--namespace', 'apim', '--wait']);
  await shell.helm(['uninstall', 'apigee-apim-crds', '--namespace', 'apim', '--wait']);
  expect(open.cluster.store.serves('apim.googleapis.com', 'APIProduct')).toBe(false);
});
