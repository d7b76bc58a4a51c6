// Runs that wait for an unavailable control plane, name GKE's operation, and continue.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FaultRule } from '../../sandbox/core/faults.ts';
import type { KubernetesState } from '../../sandbox/kubernetes/cluster-state.ts';
import type { GkeState } from '../../sandbox/gke/state.ts';
import { stepDone } from '../support/cards.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  // Upgrades last until a test ends them.
  gkeState().upgradeMinutes = 6_000;
}, 60_000);
afterAll(() => sandbox?.stop());

const gkeState = (): GkeState => sandbox.context.state('gke', (): GkeState => expect.fail());
const act = async (action: string): Promise<void> => {
  const url = `${sandbox.url}/_sandbox/actions/${action}`;
  expect(
    (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' } })).status,
  ).toBe(200);
};
const cards = (timeout = 60_000) => expect.poll(() => sandbox.cards(), { timeout });
const upgrade = (): string =>
  Object.values(gkeState().operations).findLast(({ type }) => type.startsWith('UPGRADE'))?.name ??
  expect.fail();

const strike = (operation: string, action: FaultRule['action']): (() => void) => {
  const rule = { service: 'kubernetes', operation, action, probability: 1, seed: 1 } as const;
  const { id } = sandbox.context.faults.add(rule);
  return () => void sandbox.context.faults.remove(id);
};
/** The statuses of helm's releases, by the labels of their Secrets. */
function releaseStatuses(): string[] {
  const { clusters } = sandbox.context.state('kubernetes', (): KubernetesState => expect.fail());
  const secrets = Object.values(clusters).flatMap(({ objects }) =>
    Object.values(objects['Secret'] ?? {}),
  );
  return secrets
    .filter(({ metadata }) => metadata.labels?.['owner'] === 'helm')
    .map(({ metadata }) => metadata.labels?.['status'] ?? '');
}
/** The newest message of a run. */
const lastCard = (): string => JSON.stringify((JSON.parse(sandbox.cards()) as unknown[]).at(-1));
const last = (timeout = 60_000) => expect.poll(lastCard, { timeout });
const runs = (): number => (JSON.parse(sandbox.cards()) as unknown[]).length;
const unavailable = { kind: 'status', status: 503, headers: {} } as const;

const shutdown = JSON.stringify({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  message: 'storage is (re)initializing',
  reason: 'ServiceUnavailable',
  code: 503,
});

test('a run waits for a control plane in an upgrade, and its card and the doctor name GKE’s operation', async () => {
  await sandbox.command('/llmgw provision --yes');
  await cards().toMatch(stepDone('Provision gateway', 'Create cluster'));
  await act('upgrade-control-plane');
  await cards().toMatch(/waiting for the cluster API since <!date[^>]*>, tried \d+ times/);
  await cards().toContain(`GKE reports RECONCILING, UPGRADE_MASTER ${upgrade()}`);
  // More tries than the limit for a local tool.
  await cards().toMatch(/tried [6-9] times/);
  const doctor = await sandbox.say('/llmgw doctor', { wait: true });
  expect(doctor.text).toContain('GKE reports RECONCILING');
  expect(sandbox.cards()).not.toContain('*Failed*');
  await act('end-upgrades');
  await cards(120_000).toContain('The gateway is ready');
}, 240_000);

test('a denial keeps its text and its fix while the control plane is unavailable', async () => {
  await act('upgrade-control-plane');
  const action = { kind: 'status', status: 403, headers: {} } as const;
  const rule = { service: 'apigee', operation: '.*', action, probability: 1, seed: 1 } as const;
  const { id } = sandbox.context.faults.add(rule);
  try {
    const doctor = await sandbox.say('/llmgw doctor', { wait: true });
    expect(doctor.text).toContain('HTTP 403');
    expect(doctor.text).toContain('roles/apigee.admin');
    expect(doctor.text).toContain('GKE reports RECONCILING');
  } finally {
    sandbox.context.faults.remove(id);
    await act('end-upgrades');
  }
}, 180_000);

test('a run waits for an unavailable control plane in each of its failure forms', async () => {
  const gone = await sandbox.say('/llmgw teardown default --confirm default', { wait: true });
  expect(gone.exitCode, gone.text).toBe(0);
  const before = runs();
  await sandbox.command('/llmgw provision --yes');
  await last().toMatch(stepDone('Provision gateway', 'Create cluster'));
  const ways = [
    ['refused', /ECONNREFUSED/],
    ['reset', /ECONNRESET|UND_ERR_SOCKET/],
    ['garbage', /ERR_SSL_|EPROTO/],
    ['malformed', /HPE_|HTTP_PARSER/],
    ['page', /status 502/],
    ['goaway', /UND_ERR_|ERR_HTTP2_|ECONNRESET/],
    ['silent', /TIMEOUT/],
  ] as const;
  for (const [way, seen] of ways) {
    gkeState().upgradeAway = way;
    await act('upgrade-control-plane');
    await last(90_000).toMatch(
      new RegExp(`waiting for the cluster API since [^\\n]*(${seen.source})`),
    );
    await last(90_000).toContain(`GKE reports RECONCILING, UPGRADE_MASTER ${upgrade()}`);
    expect(lastCard()).not.toContain('*Failed*');
    await act('end-upgrades');
  }
  delete gkeState().upgradeAway;
  await last(180_000).toContain('The gateway is ready');
  expect(runs()).toBe(before + 1);
}, 480_000);

const helmWaits =
  /Install Apigee operator\* · waiting for the cluster API since[^\n]*tried ([6-9]|\d\d) times/;

test.each([
  { how: 'answers 503', operation: 'secrets$', action: unavailable },
  {
    how: 'answers 503 with its own text',
    operation: '.*',
    action: { ...unavailable, body: shutdown },
  },
  { how: 'resets connections', operation: 'secrets$', action: { kind: 'reset' } as const },
])(
  'helm waits for a cluster API that $how',
  async ({ operation, action }) => {
    const gone = await sandbox.say('/llmgw teardown default --confirm default', { wait: true });
    expect(gone.exitCode, gone.text).toBe(0);
    const before = runs();
    const end = strike(operation, action);
    try {
      await sandbox.command('/llmgw provision --yes');
      await last(90_000).toMatch(helmWaits);
      expect(lastCard()).not.toContain('*Failed*');
    } finally {
      end();
    }
    await last(120_000).toContain('The gateway is ready');
    expect(runs()).toBe(before + 1);
  },
  300_000,
);

test('a helm install interrupted between its first and its last write is recovered', async () => {
  const gone = await sandbox.say('/llmgw teardown default --confirm default', { wait: true });
  expect(gone.exitCode, gone.text).toBe(0);
  const { context } = sandbox;
  let end = (): void => undefined;
  // At this moment helm has written its release, and nothing else yet.
  const leave = context.onChange((service) => {
    if (service !== 'kubernetes' || releaseStatuses().every((one) => one !== 'pending-install'))
      return;
    leave();
    end = strike('.*', unavailable);
  });
  await sandbox.command('/llmgw provision --yes');
  await last(90_000).toMatch(helmWaits);
  expect(releaseStatuses()).toContain('pending-install');
  end();
  await last(180_000).toContain('The gateway is ready');
  expect(new Set(releaseStatuses())).toEqual(new Set(['deployed']));
}, 300_000);

test('a teardown waits for the named operation when an upgrade refuses a deletion, and succeeds', async () => {
  await act('upgrade-nodes');
  await sandbox.command('/llmgw teardown default --confirm default');
  await last(120_000).toContain(`waiting for \`${upgrade()}\` to finish since <!date`);
  await last().toContain(
    `Operation ${upgrade()} is currently upgrading cluster infgw-cluster. Please wait and try again once it is done.`,
  );
  await act('end-upgrades');
  await last().toMatch(stepDone('Tear down gateway', 'Delete cluster'));
  await last().toContain('is gone');
  expect(gkeState().clusters).toEqual({});
}, 240_000);

test('a cancel ends a wait for the control plane', async () => {
  await sandbox.command('/llmgw provision --yes');
  await last().toMatch(stepDone('Provision gateway', 'Create cluster'));
  await act('upgrade-control-plane');
  await last().toMatch(/waiting for the cluster API since/);
  const cancelled = await sandbox.say('/llmgw cancel', { wait: true });
  expect(cancelled.text).toMatch(/[Cc]ancel/);
  await last().toContain('*Cancelled*');
  await act('end-upgrades');
}, 120_000);
