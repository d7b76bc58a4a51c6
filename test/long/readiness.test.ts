// Readiness by pods, in runs, diagnoses, status and the watch.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubeShell, type KubeShell } from '../../sandbox/test/support/kube-tools.ts';
import { stepDone } from '../support/cards.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let shell: KubeShell;

beforeAll(async () => {
  sandbox = await startTestSandbox();
}, 60_000);
afterAll(() => sandbox?.stop());

const cards = (timeout = 60_000) => expect.poll(() => sandbox.cards(), { timeout });
const words = async (command: string) => (await sandbox.say(command, { wait: true })).text;
const asked = (command: string) =>
  expect.poll(() => words(command), { timeout: 90_000, interval: 500 });
const story = (what: 'start' | 'end') =>
  fetch(`${sandbox.url}/_sandbox/stories/image-missing/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });

test('the model server step is not done before its pod runs on a node that cannot pull the image', async () => {
  await story('start');
  await sandbox.command('/llmgw provision --nodes 1 --yes');
  await cards().toMatch(
    /Deploy model server\*[^\n]*0 of 1 pods are ready[^;]*; [^\n]*image pull fails/,
  );
  await cards().toMatch(stepDone('Provision gateway', 'Install Apigee operator'));
  expect(sandbox.cards()).not.toMatch(stepDone('Provision gateway', 'Deploy model server'));
  expect(await words('/llmgw status')).not.toContain('*Ready.*');
  await story('end');
  await cards(120_000).toContain('The gateway is ready');
  shell = kubeShell(await sandbox.clusterAccess());
}, 240_000);

test('a gateway is neither healthy nor ready while its Apigee operator is scaled to 0', async () => {
  await shell.kubectl(['scale', 'deployment/apigee-apim-operator', '--replicas=0', '-n', 'apim']);
  const doctor = await words('/llmgw doctor');
  expect(doctor).not.toContain('Healthy');
  expect(doctor).toMatch(/Install Apigee operator[^]*apigee-apim-operator: it is scaled to 0/);
  const status = await words('/llmgw status');
  expect(status).not.toContain('*Ready.*');
  expect(status).toContain('The Apigee operator is not ready: it is scaled to 0');
  const repaired = await sandbox.say('/llmgw provision --nodes 1 --yes', { wait: true });
  expect(repaired.text).toContain('The gateway is ready');
  await asked('/llmgw doctor').toContain('Healthy');
}, 240_000);

test('an endpoint picker scaled to 0 is reported by doctor and status', async () => {
  await shell.kubectl(['scale', 'deployment/vllm-qwen-epp', '--replicas=0']);
  expect(await words('/llmgw doctor')).not.toContain('Healthy');
  await asked('/llmgw status').toMatch(/endpoint picker is not ready: it is scaled to 0/);
  await shell.kubectl(['scale', 'deployment/vllm-qwen-epp', '--replicas=1']);
  await asked('/llmgw status').toContain('*Ready.*');
}, 180_000);

test('two of three pods, with one node cordoned, are neither healthy nor ready', async () => {
  const gone = await sandbox.say('/llmgw teardown default --confirm default', { wait: true });
  expect(gone.exitCode, gone.text).toBe(0);
  const up = await sandbox.say('/llmgw provision --nodes 3 --yes', { wait: true });
  expect(up.exitCode, up.text).toBe(0);
  shell = kubeShell(await sandbox.clusterAccess());
  const pods = await shell.kubectl(['get', 'pods', '-l', 'app=vllm-qwen', '-o', 'json']);
  const [pod] = (
    JSON.parse(pods.stdout) as {
      items: { metadata: { name: string }; spec: { nodeName: string } }[];
    }
  ).items;
  await shell.kubectl(['cordon', pod?.spec.nodeName ?? '']);
  await shell.kubectl(['delete', 'pod', pod?.metadata.name ?? '']);
  await asked('/llmgw status').toMatch(/2 of 3 model servers are ready/);
  const doctor = await words('/llmgw doctor');
  expect(doctor).not.toContain('Healthy');
  expect(doctor).toMatch(/2 of 3 pods are ready/);
  await shell.kubectl(['uncordon', pod?.spec.nodeName ?? '']);
  await asked('/llmgw doctor').toContain('Healthy');
}, 300_000);
