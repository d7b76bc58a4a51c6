// Control plane upgrade of five simulated minutes while helm installs the operator.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GkeState } from '../../sandbox/gke/state.ts';
import type { KubernetesState } from '../../sandbox/kubernetes/cluster-state.ts';
import { stepDone } from '../support/cards.ts';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.ts';

const awayMs = 5 * 60_000;
/** Ten seconds of this clock, enough for more than one try of helm. */
const speed = awayMs / 10_000;

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({ speed, botEnv: { NODE_COUNT: '1' } });
}, 60_000);
afterAll(() => sandbox?.stop());

const operations = () =>
  Object.values(sandbox.context.state('gke', (): GkeState => expect.fail()).operations);
const upgrade = () => operations().find(({ type }) => type === 'UPGRADE_MASTER');

/** Statuses of helm's releases, by the labels of their Secrets. */
function releaseStatuses(): string[] {
  const { clusters } = sandbox.context.state('kubernetes', (): KubernetesState => expect.fail());
  return Object.values(clusters)
    .flatMap(({ objects }) => Object.values(objects['Secret'] ?? {}))
    .filter(({ metadata }) => metadata.labels?.['owner'] === 'helm')
    .map(({ metadata }) => metadata.labels?.['status'] ?? '');
}

const card = (timeout: number) => expect.poll(() => sandbox.cards(), { timeout });

test('a run waits for the control plane, completes the interrupted helm install, and does not fail', async () => {
  const { context } = sandbox;
  let upgraded: Promise<Response> | undefined;
  // At this moment helm has written its release, but not the objects that it installs.
  const leave = context.onChange(() => {
    if (upgraded !== undefined || !releaseStatuses().includes('pending-install')) return;
    const url = `${sandbox.url}/_sandbox/actions/upgrade-control-plane`;
    const headers = { 'content-type': 'application/json' };
    upgraded = fetch(url, { method: 'POST', headers });
  });
  await sandbox.command('/llmgw provision --yes');
  await card(120_000).toMatch(/Install Apigee operator\* · waiting for the cluster API since/);
  leave();
  expect((await upgraded)?.status).toBe(200);
  await card(60_000).toContain('GKE reports RECONCILING, UPGRADE_MASTER');
  expect(releaseStatuses()).not.toContain('deployed');
  await card(240_000).toMatch(stepDone('Provision gateway', 'Install Apigee operator'));
  const { startedAt, endedAt = 0 } = upgrade() ?? expect.fail('no upgrade');
  expect((endedAt - startedAt) * speed).toBeGreaterThan(0.99 * awayMs);
  // Releases of the definitions and of the operator; the interrupted one is superseded.
  expect(releaseStatuses().filter((status) => status === 'deployed')).toHaveLength(2);
  expect(releaseStatuses().join()).not.toContain('pending');
  await card(240_000).toContain('The gateway is ready');
  expect(sandbox.cards()).not.toContain('*Failed*');
}, 600_000);
