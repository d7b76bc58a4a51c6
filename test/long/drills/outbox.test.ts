// Outcomes of accepted commands, each posted once while Slack is away or slow.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FaultRule } from '../../../sandbox/core/faults.ts';
import type { Screen } from '../../../sandbox/slack/screen.ts';
import { connectRedis } from '../../../src/kernel/redis.ts';
import { startTestSandbox, type TestSandbox } from '../../support/sandbox.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
}, 120_000);
afterEach(() => sandbox.context.faults.clear());
afterAll(() => sandbox?.stop());

const channel = 'C0GATEWAY';
const act = async (path: string, body: object): Promise<Record<string, unknown>> => {
  const response = await fetch(`${sandbox.url}/_sandbox/slack/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
};
const messages = async (as: string, where = channel) =>
  (await sandbox.get<Screen>(`/_sandbox/slack/screen?as=${as}&channel=${where}`)).messages;

/** The count of outcomes visible to the person, by accepted job. */
async function outcomes(as: string, where?: string): Promise<number[]> {
  const found = new Map<string, number>();
  for (const { blocks } of await messages(as, where)) {
    const mark = blocks.map((block) => block.block_id).find((id) => id?.startsWith('llmgw.'));
    const [, what, job = ''] =
      /^llmgw\.(accepted|outcome):(?:\w+:)?([a-z0-9-]+)$/.exec(mark ?? '') ?? [];
    if (what !== undefined) found.set(job, (found.get(job) ?? 0) + (what === 'outcome' ? 1 : 0));
  }
  return [...found.values()];
}

const fault = (rule: Pick<FaultRule, 'operation' | 'action'> & Partial<FaultRule>): void =>
  void sandbox.context.faults.add({ service: 'slack', probability: 1, seed: 1, ...rule });
const struck = (): number =>
  sandbox.context.faults.list().reduce((sum, each) => sum + each.struck, 0);
const away = { kind: 'status', status: 503, headers: {} } as const;
const commands = ['status', 'doctor', 'plan', 'quota', 'key list', 'ask --private Are you there?'];

const toldOnce = (as: string, where?: string): Promise<void> =>
  expect.poll(() => outcomes(as, where), { timeout: 60_000 }).toEqual(commands.map(() => 1));

test('jobs run once while Slack refuses every message, and each outcome is posted when Slack is back', async () => {
  fault({ operation: 'chat.postEphemeral|chat.postMessage', action: away });
  for (const text of commands) {
    await act('command', { as: 'U0ALICE', channel, text: `/llmgw ${text}` });
  }
  // More than the tries of any job.
  await expect.poll(struck, { timeout: 60_000 }).toBeGreaterThan(commands.length * 5);
  sandbox.context.faults.clear();
  await toldOnce('U0ALICE');
}, 150_000);

test('a bot killed during a Slack rate limit posts each outcome once', async () => {
  const wait = { kind: 'status', status: 429, headers: { 'retry-after': '1' } } as const;
  fault({ operation: 'chat.postEphemeral', action: wait });
  for (const text of commands) {
    await act('command', { as: 'U0OLIVIA', channel, text: `/llmgw ${text}` });
  }
  await expect.poll(struck, { timeout: 60_000 }).toBeGreaterThanOrEqual(commands.length);
  const before = sandbox.bot.restarts();
  sandbox.bot.kill('SIGKILL');
  await expect.poll(() => sandbox.bot.restarts(), { timeout: 30_000 }).toBe(before + 1);
  sandbox.context.faults.clear();
  await toldOnce('U0OLIVIA');
}, 150_000);

test('a bot frozen for longer than its locks while it posts outcomes posts none twice', async () => {
  fault({ operation: 'chat.postEphemeral', action: { kind: 'delay', ms: 1_500 } });
  await act('people', { name: 'stella' });
  for (const text of commands) {
    await act('command', { as: 'stella', channel: 'general', text: `/llmgw ${text}` });
  }
  await expect.poll(struck, { timeout: 60_000 }).toBeGreaterThan(0);
  sandbox.bot.kill('SIGSTOP');
  const redis = connectRedis(sandbox.redis.url);
  const locks = async (): Promise<number> => (await redis.keys('llmgw:queue:job-*:lock')).length;
  expect(await locks()).toBeGreaterThan(0);
  await expect.poll(locks, { timeout: 30_000 }).toBe(0);
  redis.disconnect();
  sandbox.bot.kill('SIGCONT');
  await toldOnce('stella', 'general');
}, 150_000);

test('a mention is answered once after Slack refused the answer and the bot was killed with it', async () => {
  const wait = { kind: 'status', status: 429, headers: { 'retry-after': '2' } } as const;
  fault({ operation: 'chat.postMessage', action: wait });
  const posted = await act('message', { as: 'U0ALICE', channel, text: '@llmgw help' });
  await expect.poll(struck, { timeout: 30_000 }).toBeGreaterThan(0);
  const before = sandbox.bot.restarts();
  sandbox.bot.kill('SIGKILL');
  await expect.poll(() => sandbox.bot.restarts(), { timeout: 30_000 }).toBe(before + 1);
  sandbox.context.faults.clear();
  const replies = async (): Promise<number> =>
    (await messages('U0ALICE')).filter(
      ({ threadTs, from }) => from.isBot && threadTs === posted['ts'],
    ).length;
  await expect.poll(replies, { timeout: 60_000 }).toBe(1);
}, 120_000);
