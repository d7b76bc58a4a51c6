// Refusals with unknown texts: runs wait during another operation, else fail at once.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApigeeState, Organization } from '../../sandbox/apigee/state.ts';
import type { FaultRule } from '../../sandbox/core/faults.ts';
import type { GkeState } from '../../sandbox/gke/state.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await startTestSandbox({ botEnv: { NODE_COUNT: '1' } });
}, 60_000);
afterAll(() => sandbox?.stop());

const gkeState = (): GkeState => sandbox.context.state('gke', (): GkeState => expect.fail());
const apigeeState = (): ApigeeState =>
  sandbox.context.state('apigee', (): ApigeeState => expect.fail());
const organization = (): Organization =>
  Object.values(apigeeState().organizations)[0] ?? expect.fail();

const unknown = 'the state of the resource does not allow this';
const envelope = JSON.stringify({
  fault: { faultstring: unknown, detail: { errorcode: 'environments.NotAllowed' } },
});

/** Makes the service refuse these calls in any state. @returns a function that ends it. */
function refuse(service: FaultRule['service'], operation: string, status: number, body: string) {
  const action = { kind: 'status', status, body, headers: {} } as const;
  const { id } = sandbox.context.faults.add({
    service,
    operation,
    action,
    probability: 1,
    seed: 1,
  });
  return () => void sandbox.context.faults.remove(id);
}
const strikesOf = (call: string): number =>
  sandbox.context.faults.strikes().filter(({ operation }) => operation === call).length;

/** Starts an operation of another client in the organization. @returns a function that ends it. */
function occupy(): () => void {
  const { name, operations } = organization();
  operations['of-somebody-else'] = {
    name: `organizations/${name}/operations/of-somebody-else`,
    done: false,
    metadata: { targetResourceName: `organizations/${name}/environments/b` },
  };
  return () => void delete operations['of-somebody-else'];
}

const act = async (action: string): Promise<void> => {
  const url = `${sandbox.url}/_sandbox/actions/${action}`;
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(url, { method: 'POST', headers })).status).toBe(200);
};
const lastCard = (): string => JSON.stringify((JSON.parse(sandbox.cards()) as unknown[]).at(-1));
const last = (timeout = 60_000) => expect.poll(lastCard, { timeout });

test('a provision fails at the first try when Apigee refuses without a running operation', async () => {
  const create = 'apigee.organizations.environments.create';
  const end = refuse('apigee', create, 400, envelope);
  await sandbox.command('/llmgw provision --yes');
  await last(180_000).toContain('*Failed*');
  expect(lastCard()).toContain(unknown);
  expect(strikesOf(create)).toBe(1);
  end();
}, 240_000);

test('a provision waits when Apigee refuses during an operation, and continues after it', async () => {
  apigeeState().lockRefusal = { status: 400, body: envelope };
  const end = occupy();
  await sandbox.command('/llmgw provision --yes');
  await last(180_000).toMatch(
    /Create Apigee environment\* · waiting for `of-somebody-else` to finish since <!date[^>]*>, tried [4-9] times/,
  );
  expect(lastCard()).toContain(unknown);
  expect(lastCard()).not.toContain('*Failed*');
  end();
  await last(180_000).toContain('The gateway is ready');
}, 400_000);

test('a teardown fails at the first try when GKE refuses without a running operation', async () => {
  const end = refuse('gke', '^DeleteCluster$', 412, unknown);
  await sandbox.command('/llmgw teardown default --confirm default');
  await last(180_000).toContain('*Failed*');
  expect(lastCard()).toContain(unknown);
  expect(strikesOf('DeleteCluster')).toBe(1);
  end();
}, 240_000);

test('a teardown waits when GKE refuses during an upgrade, and leaves no resources', async () => {
  // The upgrade lasts until the test ends it.
  gkeState().upgradeMinutes = 6_000;
  gkeState().busyRefusal = { code: 9, message: unknown };
  await act('upgrade-nodes');
  const upgrade =
    Object.values(gkeState().operations).find(({ type }) => type === 'UPGRADE_NODES')?.name ??
    expect.fail();
  await sandbox.command('/llmgw teardown default --confirm default');
  await last(120_000).toMatch(
    new RegExp(`waiting for \`${upgrade}\` to finish since <!date[^>]*>, tried [3-9] times`),
  );
  expect(lastCard()).toContain(unknown);
  expect(lastCard()).not.toContain('*Failed*');
  await act('end-upgrades');
  await last(120_000).toContain('is gone');
  expect(gkeState().clusters).toEqual({});
}, 300_000);
