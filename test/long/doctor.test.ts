// The doctor's story: things are broken behind the bot's back, each is named with its cause, and Repair mends them all.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';
import { kubeShell, type KubeShell } from '../support/kube-tools.ts';

let sandbox: TestSandbox;
let shell: KubeShell;

beforeAll(async () => {
  sandbox = await startTestSandbox({ speed: 2_000 });
  const provisioned = await sandbox.say('/llmgw provision --yes', { wait: true });
  expect(provisioned.exitCode, provisioned.text).toBe(0);
  shell = kubeShell(await sandbox.clusterAccess());
}, 120_000);
afterAll(() => sandbox.stop());

const examine = () => sandbox.say('/llmgw doctor', { wait: true });

const writes = (): string =>
  JSON.stringify(
    Object.values(
      sandbox.context.state<{ clusters: Record<string, { writes: object }> }>('kubernetes', () => ({
        clusters: {},
      })).clusters,
    ).map((cluster) => cluster.writes),
  );

/** As anybody would: at the address that the gateway's status shows. */
async function answersWithoutKey(): Promise<boolean> {
  const path = 'jsonpath={.status.addresses[0].value} {.spec.listeners[0].port}';
  const { stdout } = await shell.kubectl(['get', 'gateway', 'inference-gateway', '-o', path]);
  const response = await fetch(`http://${stdout.trim().replace(' ', ':')}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'Qwen/Qwen2.5-1.5B-Instruct', prompt: 'Hello', max_tokens: 1 }),
  });
  await response.body?.cancel();
  return response.ok;
}

test('a gateway as it should be is healthy, and looking at it writes nothing', async () => {
  const before = writes();
  const seen = await examine();
  expect(seen.text).toMatch(/Healthy\.\W* All \d+ checks are as wanted/);
  expect(seen.text).toMatch(/Without a key:\W* refused/);
  expect(seen.text).toMatch(/With a wrong key:\W* refused/);
  expect(seen.text).toMatch(/quota kept:\W* proven/);
  expect(seen.text).not.toContain('[Repair]');
  expect(seen.exitCode).toBe(0);
  expect(writes()).toBe(before);
}, 60_000);

test('a deleted traffic extension opens the gateway, and that is said first', async () => {
  await shell.kubectl(['delete', 'gcptrafficextension', 'apigee-llm-extension']);
  // The load balancer takes a moment to let go of it.
  await expect.poll(answersWithoutKey, { timeout: 30_000 }).toBe(true);
  const seen = await examine();
  expect(seen.text).toMatch(/Open to anybody[^]*Cause: Attach Apigee to the gateway/);
  expect(seen.text).toContain('GCPTrafficExtension apigee-llm-extension is missing');
  expect(seen.text).toMatch(/follows from it:[^]*See that the gateway is locked/);
  expect(seen.text).toContain('[Repair]');
  expect(seen.exitCode).toBe(1);
}, 60_000);

test('a deleted route is a cause of its own, and edits are named field by field, with who made them', async () => {
  await shell.kubectl(['delete', 'httproute', 'llm-route']);
  await shell.kubectl(['scale', 'deployment', 'vllm-qwen', '--replicas=0']);
  const patch = JSON.stringify({ spec: { quota: { limit: 500 } } });
  const set = ['apioperationset', 'llm-operations', '--namespace', 'apim'];
  const how = ['--type', 'merge', '--field-manager', 'a-person', '--patch', patch];
  await shell.kubectl(['patch', ...set, ...how]);
  const seen = await examine();
  expect(seen.text).toMatch(/First cause: Route the gateway[^]*HTTPRoute llm-route is missing/);
  expect(seen.text).toMatch(/Deployment vllm-qwen: spec\.replicas \(set by kubectl/);
  expect(seen.text).toMatch(/APIOperationSet llm-operations: spec\.quota\.limit \(set by a-person/);
  expect(seen.exitCode).toBe(1);
}, 60_000);

test('Repair mends all of it, and then the gateway is healthy', async () => {
  const args = ['--click', 'Repair'];
  const repaired = await sandbox.say('/llmgw doctor', { wait: true, args });
  expect(repaired.text).toContain('The gateway is ready');
  expect(repaired.exitCode).toBe(0);
  const seen = await examine();
  expect(seen.text).toMatch(/Healthy/);
  expect(seen.exitCode).toBe(0);
}, 120_000);
