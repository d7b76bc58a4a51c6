// Degradations from outside the bot: one notice, a diagnosis with cause, a repair.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';
import { kubeShell, type KubeShell } from '../../sandbox/test/support/kube-tools.ts';

let sandbox: TestSandbox;
let shell: KubeShell;

beforeAll(async () => {
  sandbox = await startTestSandbox({ speed: 2_000, botEnv: { WATCH_SECONDS: '0.3' } });
  const asked = await sandbox.say('/llmgw notify here', { in: '#general' });
  expect(asked.text).toContain('gets a message for these events');
  const provisioned = await sandbox.say('/llmgw provision --yes', { wait: true });
  expect(provisioned.exitCode, provisioned.text).toBe(0);
  shell = kubeShell(await sandbox.clusterAccess());
}, 120_000);
afterAll(() => sandbox?.stop());

const checkPreconditions = () => sandbox.say('/llmgw doctor', { wait: true });

const writes = (): string =>
  JSON.stringify(
    Object.values(
      sandbox.context.state<{ clusters: Record<string, { writes: object }> }>('kubernetes', () => ({
        clusters: {},
      })).clusters,
    ).map((cluster) => cluster.writes),
  );

interface Message {
  readonly ts: string;
  readonly byBot: boolean;
  readonly threadTs?: string;
  readonly text: string;
}

/** Notices in the subscribed channel, oldest first, with their current text. */
const told = (): Message[] =>
  (
    sandbox.context.state<{ messages: Record<string, Message[]> }>('slack', () => ({
      messages: {},
    })).messages['C0GENERAL'] ?? []
  ).filter(({ byBot, threadTs }) => byBot && threadTs === undefined);

test('a gateway in sync is healthy, and its diagnosis writes nothing', async () => {
  const before = writes();
  const seen = await checkPreconditions();
  expect(seen.text).toMatch(/Healthy\.\W* All \d+ checks passed/);
  expect(seen.text).toMatch(/Request without a key:\W* refused/);
  expect(seen.text).toMatch(/Request with a wrong key:\W* refused/);
  expect(seen.text).toMatch(/quota enforced:\W* verified/);
  expect(seen.text).not.toContain('[Repair]');
  expect(seen.exitCode).toBe(0);
  expect(writes()).toBe(before);
}, 60_000);

const operationSet = ['apioperationset', 'llm-operations', '--namespace', 'apim'] as const;
const edit = (patch: object): string[] => [
  'patch',
  ...operationSet,
  '--type=merge',
  '--field-manager=a-person',
  `--patch=${JSON.stringify(patch)}`,
];

interface Trouble {
  readonly what: string;
  /** Arguments of `kubectl` for a change that the bot does not make. */
  readonly made: readonly string[];
  /** The notice in the channel. */
  readonly told: RegExp;
  /** The diagnosis: the cause, and for an edit each field and its manager. */
  readonly diagnosed: readonly RegExp[];
}

const troubles: readonly Trouble[] = [
  {
    what: 'a deleted route',
    made: ['delete', 'httproute', 'llm-route'],
    told: /^Gateway degraded since .*The route is missing from the cluster/,
    diagnosed: [/Root cause: Create route[^]*HTTPRoute llm-route is missing/],
  },
  {
    what: 'a model scaled to 0',
    made: ['scale', 'deployment', 'vllm-qwen', '--replicas=0'],
    told: /^Gateway degraded since .*scaled to 0/,
    diagnosed: [/Deployment vllm-qwen: spec\.replicas \(set by kubectl/],
  },
  {
    what: 'a deleted traffic extension',
    made: ['delete', 'gcptrafficextension', 'apigee-llm-extension'],
    told: /^Protection broken since .*without a key.*The traffic extension is missing/,
    diagnosed: [
      /Unprotected[^]*Root cause: Attach Apigee to load balancer/,
      /GCPTrafficExtension apigee-llm-extension is missing/,
      /Affected by this:[^]*Verify that a key is required/,
    ],
  },
  {
    what: 'an edited quota',
    made: edit({ spec: { quota: { limit: 500 } } }),
    told: /^Gateway degraded since .*spec\.quota\.limit/,
    diagnosed: [/APIOperationSet llm-operations: spec\.quota\.limit \(set by a-person/],
  },
];

test.each(troubles)(
  '$what gets one notice, is diagnosed with its cause, and is repaired with an update of the notice',
  async (trouble) => {
    const before = told().map(({ ts }) => ts);
    const news = (): Message[] => told().filter(({ ts }) => !before.includes(ts));
    await shell.kubectl([...trouble.made]);
    await expect
      .poll(() => news().map(({ text }) => trouble.told.test(text)), { timeout: 60_000 })
      .toEqual([true]);
    const [incident] = news();

    const args = ['--click', 'Repair'];
    const { text, exitCode } = await sandbox.say('/llmgw doctor', { wait: true, args });
    for (const named of trouble.diagnosed) expect(text).toMatch(named);
    expect(text).toContain('The gateway is ready');
    expect(exitCode).toBe(0);

    await expect
      .poll(
        () => news().map(({ ts, text: now }) => [ts, now.startsWith('Gateway recovered after')]),
        {
          timeout: 60_000,
        },
      )
      .toEqual([[incident?.ts, true]]);
  },
  120_000,
);

test('several degradations at once are separate causes, and one Repair reverts them', async () => {
  await shell.kubectl(['delete', 'httproute', 'llm-route']);
  await shell.kubectl(['scale', 'deployment', 'vllm-qwen', '--replicas=0']);
  await shell.kubectl(edit({ spec: { quota: { limit: 500 } } }));
  const args = ['--click', 'Repair'];
  const { text } = await sandbox.say('/llmgw doctor', { wait: true, args });
  expect(text).toMatch(
    /Root cause 1: Create route to inference pool[^]*HTTPRoute llm-route is missing/,
  );
  expect(text).toMatch(/Root cause 2: [^]*spec\.replicas \(set by kubectl/);
  expect(text).toMatch(/Root cause 3: [^]*spec\.quota\.limit \(set by a-person/);
  expect(text).toContain('The gateway is ready');
  expect((await checkPreconditions()).text).toMatch(/Healthy/);
}, 120_000);

test('the channel gets one message per incident, and each of them is closed', async () => {
  await expect
    .poll(() => told().every(({ text }) => /^Gateway (ready|recovered)/.test(text)), {
      timeout: 60_000,
    })
    .toBe(true);
  const words = told().map(({ text }) => text.split(/[. ]/, 2).join(' '));
  expect(words.slice(0, 5)).toEqual(['Gateway ready', ...troubles.map(() => 'Gateway recovered')]);
  // The last three came at once: one incident with its causes, or none if Repair preceded the watch.
  expect(words.length).toBeLessThanOrEqual(6);
});
