// Plans: preview, blocked plan and approval of one exact plan.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GoogleState } from '../../sandbox/google/state.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  // Slow enough that a run is still at its cluster when it is cancelled.
  sandbox = await startTestSandbox({ speed: 60 });
  // A bot that has just started loads its clients at its first read.
  await sandbox.say('/llmgw status', { wait: true });
}, 60_000);
afterAll(() => sandbox?.stop());

/** All cloud resources, without Slack's messages and the access tokens that reads need. */
async function cloud(): Promise<Record<string, unknown>> {
  const world = await sandbox.get<Record<string, object>>('/_sandbox/world');
  return { ...world, slack: undefined, google: { ...world['google'], tokens: undefined } };
}

function project() {
  const { projects } = sandbox.context.state<GoogleState>('google', () => expect.fail('no state'));
  return projects['llm-demo'] ?? expect.fail('the project is missing');
}

const runs = async (): Promise<string> => (await sandbox.say('/llmgw jobs')).text;

test('plan lists new resources, duration and cost, and changes nothing', async () => {
  const before = await cloud();
  const plan = await sandbox.say('/llmgw plan --nodes 2', { wait: true });
  expect(plan.text).toMatch(/\d+ to create, 3 to verify/);
  expect(plan.text).toContain('• Create cluster');
  expect(plan.text).toMatch(/Unchanged \([1-9]\d*\)\*/);
  expect(plan.text).not.toContain('Check project');
  expect(plan.text).toContain('2 × c2-standard-16');
  expect(plan.text).toMatch(/about \d+ min · \$\d+\.\d\d per hour/);
  expect(plan.text).toMatch(/About \$\d+\.\d\d per hour: .* as of \d{4}-\d{2}-\d{2}\./);
  expect(plan.text).not.toContain('[Provision]');
  expect(plan.exitCode).toBe(0);
  expect(await cloud()).toEqual(before);
}, 60_000);

test('a blocked plan lists obstacles first, each with its fix, and provision starts nothing', async () => {
  const quotas = project().compute.quotas['us-central1'] ?? expect.fail('no quotas');
  const enough = quotas['C2_CPUS'] ?? 0;
  quotas['C2_CPUS'] = 8;
  const refused = await sandbox.say('/llmgw provision', { wait: true });
  const [, , title, lead, obstacle] = refused.text.slice(refused.text.indexOf('# ')).split('\n');
  expect([title, lead, obstacle].join('\n')).toMatch(/C2_CPUS/);
  expect(refused.text).toMatch(/\*Fix:\* Request 48 C2_CPUS/);
  expect(refused.text).not.toContain('[Provision]');
  expect(refused.exitCode).toBe(1);
  expect((await cloud())['billable']).toEqual([]);
  quotas['C2_CPUS'] = enough;
}, 60_000);

test('a stale plan is refused and shown again, and the new plan starts a run', async () => {
  const asked = await sandbox.say('/llmgw provision', { wait: true, args: ['--no-confirm'] });
  expect(asked.text).toContain('[Provision]');
  expect(await runs()).not.toMatch(/running.*provision/s);

  project().enabledServices.push('container.googleapis.com', 'networkservices.googleapis.com');
  const stale = await sandbox.say('', {
    wait: true,
    args: ['--no-confirm', '--click', 'Provision'],
  });
  expect(stale.text).toContain('The approved plan is out of date, so nothing started.');
  expect(stale.text).toContain('Enable APIs: create → unchanged');
  expect((await cloud())['billable']).toEqual([]);

  const begun = await sandbox.say('', { args: ['--no-confirm', '--click', 'Provision'] });
  expect(begun.text).toMatch(/Plan approved by/);
  await expect.poll(runs, { timeout: 30_000 }).toMatch(/provision-default-/);
  const cancelled = await sandbox.say('/llmgw cancel', { wait: true });
  expect(cancelled.text).toMatch(/cancelled/i);
}, 120_000);
