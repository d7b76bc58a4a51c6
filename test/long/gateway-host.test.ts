// Host names of gateways, by which Apigee finds the environment of a request.
import { afterEach, expect, test } from 'vitest';
import type { ApigeeState, Organization } from '../../sandbox/apigee/state.ts';
import type { DataplaneState } from '../../sandbox/dataplane/state.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox | undefined;
afterEach(async () => {
  await sandbox?.stop();
  sandbox = undefined;
});

async function open(botEnv: Record<string, string> = {}): Promise<TestSandbox> {
  sandbox = await startTestSandbox({ botEnv: { NODE_COUNT: '1', ...botEnv } });
  sandbox.context.state('dataplane', (): DataplaneState => expect.fail()).authority = 'client';
  return sandbox;
}

function organization({ context }: TestSandbox): Organization {
  const { organizations } = context.state('apigee', (): ApigeeState => expect.fail());
  return Object.values(organizations)[0] ?? expect.fail();
}
const groups = (of: TestSandbox) => Object.values(organization(of).envgroups);
const lastCard = (of: TestSandbox): string =>
  JSON.stringify((JSON.parse(of.cards()) as unknown[]).at(-1));

async function provision(of: TestSandbox): Promise<void> {
  await of.command('/llmgw provision --yes');
  await expect
    .poll(() => lastCard(of), { timeout: 120_000 })
    .toContain('The gateway is ready and protected.');
}

/** The revealed key with its snippets. */
async function keyOf(of: TestSandbox): Promise<string> {
  return (await of.say('/llmgw key', { as: 'alice', wait: true })).text;
}

const asks = async (of: TestSandbox): Promise<void> => {
  const answer = () =>
    of.say('/llmgw ask What is the capital of France?', { as: 'alice', wait: true });
  await expect.poll(async () => (await answer()).text, { timeout: 60_000 }).toContain('Paris');
};

test('a gateway without a configured name registers, sends and shows the name of its address', async () => {
  const of = await open();
  await provision(of);
  const name = groups(of)
    .flatMap(({ hostnames }) => hostnames)
    .find((one) => one.endsWith('.nip.io'));
  expect(name).toMatch(/^127\.\d+\.\d+\.\d+\.nip\.io$/);
  expect(await keyOf(of)).toContain(`-H 'host: ${name}:`);
  await asks(of);
  const doctor = await of.say('/llmgw doctor', { wait: true });
  expect(doctor.text).toContain('Healthy');
  expect((await of.say('/llmgw teardown default --confirm default', { wait: true })).exitCode).toBe(
    0,
  );
  expect(groups(of).flatMap(({ hostnames }) => hostnames)).not.toContain(name);
}, 400_000);

test('a configured name has its own environment group, is sent and shown, and is removed at teardown', async () => {
  const host = 'llm.example.com';
  const of = await open({ GATEWAY_HOST: host });
  await provision(of);
  expect(groups(of).filter(({ hostnames }) => hostnames.includes(host))).toMatchObject([
    { name: 'llmgw-default', hostnames: [host] },
  ]);
  const { port } = new URL(`http://x:${of.environment['GATEWAY_PORT']}`);
  expect(await keyOf(of)).toContain(`-H 'host: ${host}:${port}'`);
  await asks(of);
  expect((await of.say('/llmgw doctor', { wait: true })).text).toContain('Healthy');
  expect((await of.say('/llmgw teardown default --confirm default', { wait: true })).exitCode).toBe(
    0,
  );
  expect(groups(of).filter(({ hostnames }) => hostnames.includes(host))).toEqual([]);
}, 400_000);

test('a configured name of another group stays there, and the environment is attached to that group', async () => {
  const host = 'llm.example.com';
  const of = await open({ GATEWAY_HOST: host });
  organization(of).envgroups['team'] = {
    name: 'team',
    hostnames: [host, 'api.example.com'],
    createdAt: 0,
    attachments: {},
  };
  await provision(of);
  await keyOf(of);
  await asks(of);
  expect((await of.say('/llmgw teardown default --confirm default', { wait: true })).exitCode).toBe(
    0,
  );
  expect(organization(of).envgroups['team']).toMatchObject({
    hostnames: [host, 'api.example.com'],
    attachments: {},
  });
}, 400_000);
