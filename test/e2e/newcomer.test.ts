// First use from an empty project to a protected gateway, key, answers and quota.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';
import { kubeShell } from '../../sandbox/test/support/kube-tools.ts';

let sandbox: TestSandbox;
let consumerKey = '';

beforeAll(async () => {
  sandbox = await startTestSandbox();
}, 60_000);
afterAll(() => sandbox.stop());

interface World {
  readonly billable: readonly { readonly kind: string; readonly name: string }[];
}

test('status of an empty project says not provisioned, and ask names the next action', async () => {
  expect((await sandbox.say('/llmgw status', { wait: true })).text).toMatch(/not provisioned/i);
  const asked = await sandbox.say('/llmgw ask hello', { wait: true });
  expect(asked.exitCode).toBe(1);
  expect(asked.text).toContain('/llmgw provision');
  expect((await sandbox.get<World>('/_sandbox/world')).billable).toEqual([]);
});

test('provision ends with a ready gateway and the four verifications of its protection', async () => {
  const provisioned = await sandbox.say('/llmgw provision', { wait: true });
  expect(provisioned.text).toContain('The gateway is ready');
  expect(provisioned.text).toMatch(
    /Passed: request without a key returned 500 `steps\.raisefault\.RaiseFault`/,
  );
  expect(provisioned.text).toMatch(
    /Passed: request with an invalid key returned 401 `oauth\.v2\.InvalidApiKey`/,
  );
  expect(provisioned.text).toMatch(/Passed: request with a valid key returned 200/);
  expect(provisioned.text).toMatch(
    /Passed: request over the quota returned 429 `policies\.ratelimit\.QuotaViolation`/,
  );
  expect(provisioned.exitCode).toBe(0);
  const { billable } = await sandbox.get<World>('/_sandbox/world');
  expect(billable.map((thing) => thing.kind)).toContain('Cluster');
}, 120_000);

test('ask without a key says how to get one', async () => {
  const asked = await sandbox.say('/llmgw ask hello', { wait: true });
  expect(asked.exitCode).toBe(1);
  expect(asked.text).toContain('/llmgw key');
});

test('a key is shown to its owner alone', async () => {
  const given = await sandbox.say('/llmgw key');
  consumerKey = /x-api-key: ([A-Za-z0-9]{20,})/.exec(given.text)?.[1] ?? '';
  expect(consumerKey).not.toBe('');
  for (const person of ['U0ALICE', 'U0BOB', 'U0NADIA']) {
    const screen = await sandbox.get<object>(`/_sandbox/slack/screen?as=${person}`);
    expect(JSON.stringify(screen)).not.toContain(consumerKey);
  }
  const again = await sandbox.say('/llmgw key');
  expect(again.text).not.toContain(consumerKey);
  expect(again.text).toContain(consumerKey.slice(-4));
});

test('five questions are answered, and the sixth within a minute gets an explanation of the quota', async () => {
  for (let asked = 0; asked < 5; asked += 1) {
    const answer = await sandbox.say('/llmgw ask What is the capital of France?', { wait: true });
    expect(answer.text).toContain('Paris');
    expect(answer.exitCode).toBe(0);
  }
  const sixth = await sandbox.say('/llmgw ask What is the capital of France?', { wait: true });
  expect(sixth.exitCode).toBe(1);
  expect(sixth.text).toMatch(/Quota exceeded/);
  expect(sixth.text).toMatch(/\*Next:\* Retry in at most \d+ s/);
}, 60_000);

test('a second provision changes nothing and says so', async () => {
  const writes = (): string =>
    JSON.stringify(
      Object.values(
        sandbox.context.state<{ clusters: Record<string, { writes: object }> }>(
          'kubernetes',
          () => ({
            clusters: {},
          }),
        ).clusters,
      ).map((cluster) => cluster.writes),
    );
  const before = writes();
  const again = await sandbox.say('/llmgw provision --yes', { wait: true });
  expect(again.text).toMatch(/No changes needed/);
  expect(again.exitCode).toBe(0);
  expect(writes()).toBe(before);
}, 60_000);

test('the unmodified kubectl prints the objects that the bot created', async () => {
  const kubectl = kubeShell(await sandbox.clusterAccess());
  const printed = await kubectl.kubectl(['get', 'gateways,httproutes,inferencepools', '-A']);
  for (const name of ['inference-gateway', 'llm-route', 'vllm-qwen']) {
    expect(printed.stdout).toContain(name);
  }
});

test('no secret is in any channel, log line or in Redis', async () => {
  const { environment, context } = sandbox;
  const tokens = Object.keys(
    context.state<{ tokens: Record<string, number> }>('google', () => ({ tokens: {} })).tokens,
  );
  const secrets = [
    consumerKey,
    environment['HF_TOKEN'],
    environment['SLACK_BOT_TOKEN'],
    environment['SLACK_SIGNING_SECRET'],
    environment['SLACK_APP_TOKEN'],
    ...tokens,
  ].filter((secret): secret is string => secret !== undefined && secret !== '');
  expect(secrets.length).toBeGreaterThanOrEqual(6);
  const places: Record<string, string> = {
    channels: JSON.stringify(
      context.state<{ messages: object }>('slack', () => ({ messages: {} })).messages,
    ),
    log: sandbox.botLog(),
    redis: appendOnlyFile(join(sandbox.directory, 'redis')),
  };
  expect(places['channels']).toContain('The gateway is ready');
  expect(places['log']).toContain('llmgw started');
  expect(places['redis']).toContain('run_succeeded');
  const leaks = Object.entries(places).flatMap(([place, text]) =>
    secrets
      .filter((secret) => text.includes(secret))
      .map((secret) => `${place}: …${secret.slice(-4)}`),
  );
  expect(leaks).toEqual([]);
});

test('no call reached an operation that the sandbox does not imitate', async () => {
  expect(await sandbox.get('/_sandbox/unknown')).toEqual([]);
});

/** Every command that ever changed Redis, which is more than its keys hold now. */
function appendOnlyFile(directory: string): string {
  const folder = join(directory, 'appendonlydir');
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'latin1'))
    .join('\n');
}
