// Notices of the watch in a subscribed channel, and the end of a lease.
import { quiet } from '../support/engine.ts';
import type { Lease } from '../../src/gateway/runs.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectRedis } from '../../src/kernel/redis.ts';
import { defaultPrefix } from '../../src/engine/run-store.ts';
import { type WatchStore, createWatchStore } from '../../jobs/health/watch/store.ts';
import { type KubeShell, kubeShell } from '../../sandbox/test/support/kube-tools.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
let shell: KubeShell;
let redis: ReturnType<typeof connectRedis>;
let kept: WatchStore;

beforeAll(async () => {
  sandbox = await startTestSandbox({ speed: 2_000, botEnv: { WATCH_SECONDS: '0.3' } });
  redis = connectRedis(sandbox.redis.url);
  kept = createWatchStore(redis, defaultPrefix, quiet);
}, 120_000);
afterAll(async () => {
  redis?.disconnect();
  await sandbox?.stop();
});

interface Message {
  readonly ts: string;
  readonly byBot: boolean;
  readonly threadTs?: string;
  readonly text: string;
}

/** The notices in the subscribed channel, oldest first. */
const notices = (channel = 'C0GENERAL'): Message[] =>
  (
    sandbox.context.state<{ messages: Record<string, Message[]> }>('slack', () => ({
      messages: {},
    })).messages[channel] ?? []
  ).filter(({ byBot, threadTs }) => byBot && threadTs === undefined);

const told = (which: RegExp, timeout = 30_000) =>
  expect
    .poll(() => notices().filter(({ text }) => which.test(text)).length, {
      timeout,
      interval: 100,
    })
    .toBe(1);

test('a subscribed channel gets a notice when the gateway is ready', async () => {
  const asked = await sandbox.say('/llmgw notify here', { in: '#general' });
  expect(asked.text).toContain('gets a message for these events');
  const run = await sandbox.say('/llmgw provision --yes --for 2h', { wait: true });
  expect(run.exitCode, run.text).toBe(0);
  await told(/^Gateway ready\./);
  expect((await sandbox.say('/llmgw status', { wait: true })).text).toMatch(/Lease ends/);
  shell = kubeShell(await sandbox.clusterAccess());
}, 120_000);

/** Deletes the object. @returns a function that restores it. */
async function remove(kind: string, name: string): Promise<() => Promise<unknown>> {
  const { stdout } = await shell.kubectl(['get', kind, name, '-o', 'json']);
  const { apiVersion, metadata, spec, ...rest } = JSON.parse(stdout) as {
    apiVersion: string;
    kind: string;
    metadata: { labels: object; annotations: object };
    spec: object;
  };
  const { labels, annotations } = metadata;
  const input = JSON.stringify({
    apiVersion,
    kind: rest.kind,
    metadata: { name, labels, annotations },
    spec,
  });
  await shell.kubectl(['delete', kind, name]);
  return () => shell.kubectl(['create', '-f', '-'], { input });
}

const scale = (replicas: number) =>
  shell.kubectl(['scale', 'deployment', 'vllm-qwen', `--replicas=${replicas}`]);

test.each<[string, RegExp, () => Promise<() => Promise<unknown>>]>([
  [
    'a deleted route',
    /^Gateway degraded since .*The route is missing from the cluster/,
    () => remove('httproute', 'llm-route'),
  ],
  [
    'a model scaled to 0',
    /^Gateway degraded since .*scaled to 0/,
    async () => {
      await scale(0);
      return () => scale(3);
    },
  ],
])(
  '%s gets one notice with its cause, updated once a person has repaired it',
  async (_what, which, breakIt) => {
    const before = notices().map(({ ts }) => ts);
    const mend = await breakIt();
    await told(which);
    const [incident] = notices().filter(({ ts }) => !before.includes(ts));
    await mend();
    const now = () => notices().filter(({ ts }) => !before.includes(ts));
    await expect
      .poll(() => now().map(({ ts, text }) => [ts, text.startsWith('Gateway recovered after')]), {
        timeout: 60_000,
        interval: 100,
      })
      .toEqual([[incident?.ts, true]]);
  },
  60_000,
);

async function setUntil(until: number): Promise<void> {
  await expect
    .poll(async () => {
      const lease = await kept.leases.read('default');
      return (
        lease !== undefined && kept.leases.replace('default', lease, { ...lease, since: 0, until })
      );
    })
    .toBe(true);
}

const minute = 60_000;

test('a lease gets a warning ten minutes before its end, and Extend prolongs it', async () => {
  await setUntil(Date.now() + 9 * minute);
  await told(/^Lease ending\./);
  const [warning] = notices().slice(-1);
  const click = { as: 'U0OLIVIA', label: 'Extend by 2 h', messageTs: warning?.ts };
  const answer = await fetch(`${sandbox.url}/_sandbox/slack/click`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(click),
  });
  expect(answer.ok).toBe(true);
  await told(/^Lease extended by <@U0OLIVIA>/);
  const lease = (await kept.leases.read('default')) as Lease;
  expect(lease.until).toBeGreaterThan(Date.now() + 2 * 60 * minute);
  // The requester of the lease gets its end in the channel of the request, too.
  await expect
    .poll(() => notices('C0GATEWAY').map(({ text }) => text), { timeout: 60_000 })
    .toContainEqual(expect.stringMatching(/^Lease extended by <@U0OLIVIA>/));
}, 60_000);

test('a lease that ended while the bot was down tears the gateway down, with nothing billable left', async () => {
  const before = sandbox.bot.pid();
  process.kill(before ?? 0, 'SIGKILL');
  await setUntil(Date.now() - minute);
  await told(/^Gateway torn down\. default no longer exists/, 150_000);
  const { billable } = await sandbox.get<{ billable: object[] }>('/_sandbox/world');
  expect(billable).toEqual([]);
  expect(await kept.leases.read('default')).toBeUndefined();
  expect((await sandbox.say('/llmgw status', { wait: true })).text).toMatch(/not provisioned/i);
}, 180_000);

test('the channel got no other notice', () => {
  const words = notices().map(({ text }) => text.split('.')[0]?.replace(/ (after|by) .*/, ''));
  expect(words).toEqual([
    'Gateway ready',
    ...Array.from({ length: 2 }, () => 'Gateway recovered'),
    'Lease extended',
    'Gateway torn down',
  ]);
});
