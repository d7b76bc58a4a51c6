// Prepared scenarios of the switchboard, with their Slack messages and their recovery.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stepDone } from '../support/cards.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await startTestSandbox({ speed: 300 });
}, 60_000);
afterAll(() => sandbox?.stop());

async function story(name: string, what: 'start' | 'end'): Promise<number> {
  const url = `${sandbox.url}/_sandbox/stories/${name}/${what}`;
  return (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' } }))
    .status;
}

const cards = (timeout = 60_000) => expect.poll(() => sandbox.cards(), { timeout });
const status = () => sandbox.say('/llmgw status', { wait: true });

test('a card names the metric of an exceeded quota at create, and offers a retry', async () => {
  expect(await story('quota-exceeded', 'start')).toBe(200);
  const { text, exitCode } = await sandbox.say('/llmgw provision --yes', { wait: true });
  expect(exitCode).toBe(1);
  expect(text).toMatch(/Creating cluster .*: Insufficient regional quota.*"C2_CPUS"/);
  expect(text).toContain('Request more C2_CPUS at https://console.cloud.google.com');
  expect(text).toContain('[Retry]');
  expect(await story('quota-exceeded', 'end')).toBe(200);
}, 90_000);

test('a missing image of the operator is named on the card, and the run continues once it exists', async () => {
  expect(await story('model-image-missing', 'start')).toBe(404);
  await story('image-missing', 'start');
  await story('operator-stuck', 'start');
  await sandbox.command('/llmgw retry');
  await cards().toMatch(/image pull fails: Back-off pulling image/);
  await story('image-missing', 'end');
  await cards().toMatch(/Create Apigee backend service\*[^]{0,200}Last seen: /);
  await cards().toMatch(stepDone('Provision gateway', 'Deploy model server'));
  expect(sandbox.cards()).not.toContain('The gateway is ready');
  await story('operator-stuck', 'end');
  await cards(90_000).toContain('The gateway is ready');
}, 240_000);

test('the Slack rate limit scenario loses and duplicates no message', async () => {
  await story('slack-rate-limited', 'start');
  const said = sandbox.say('/llmgw quota set 6/minute --yes', { wait: true });
  await said;
  await story('slack-rate-limited', 'end');
  await cards().toMatch(/6 requests|over the quota/);
  expect((await status()).text).toContain('*Ready.*');
}, 120_000);

test('commands during an outage of Redis are answered with a reason, and accepted after it', async () => {
  await story('redis-dies', 'start');
  const without = await status();
  expect(without.exitCode).toBe(1);
  expect(without.text).toContain('Redis is not responding, so nothing was started.');
  await story('redis-dies', 'end');
  await expect
    .poll(async () => (await status()).text, { timeout: 60_000, interval: 500 })
    .toContain('*Ready.*');
}, 120_000);

test('an expired token is reported as rejected credentials by every command that needs Google', async () => {
  await story('token-expired', 'start');
  await expect
    .poll(async () => (await status()).text, { timeout: 60_000, interval: 500 })
    .toMatch(/Could not read .*invalid authentication credentials/);
  const plan = await sandbox.say('/llmgw plan', { wait: true });
  expect(plan.text).toContain("Check the bot's Google credentials");
  await story('token-expired', 'end');
  await expect
    .poll(async () => (await status()).text, { timeout: 60_000, interval: 500 })
    .toContain('*Ready.*');
}, 120_000);

test('another process answers after a kill of the bot, and HTTP mode has no socket to drop', async () => {
  expect(await story('bot-killed', 'start')).toBe(200);
  await expect
    .poll(async () => (await status()).exitCode, { timeout: 60_000, interval: 500 })
    .toBe(0);
  expect(await story('socket-dropped', 'start')).toBe(409);
  expect(await sandbox.get('/_sandbox/unknown')).toEqual([]);
}, 90_000);
