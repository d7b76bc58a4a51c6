// Teardown location: from the last run that created something, not from the current configuration.
import { provision } from '../../jobs/provision/runbook.ts';
import { describe, expect, test } from 'vitest';
import {
  gatewayAt,
  movedSince,
  formatPlace,
  type RunHistory,
  whereaboutsOf,
} from '../../src/gateway/last-provisioning.ts';
import { runInput } from '../../src/gateway/options.ts';
import type { GatewayConfig } from '../../src/kernel/config.ts';
import { gatewayConfig } from '../jobs/provision/gateway-config.ts';

interface Past {
  readonly runbook?: string;
  readonly status?: string;
  readonly cluster?: string;
  readonly steps?: Readonly<Record<string, { readonly status: string }>>;
}

/** Newest first. */
const history = (...past: readonly Past[]): RunHistory => ({
  recent: () => Promise.resolve(past.map((_, index) => String(index))),
  read: (id) => {
    const {
      runbook = 'provision',
      status = 'succeeded',
      cluster = 'a',
      steps = made,
    } = past[Number(id)] ?? {};
    const input = runInput(named(cluster), {});
    return Promise.resolve({ state: { status, request: { runbook, input }, steps } });
  },
});
const made = { 'check-project': { status: 'finished' }, 'create-cluster': { status: 'started' } };
const refused = { 'check-project': { status: 'failed' }, 'create-cluster': { status: 'pending' } };
const named = (clusterName: string): GatewayConfig => ({ ...gatewayConfig, clusterName });

describe('the location of a gateway', () => {
  test('is that of the last run that created something, even when that run failed', async () => {
    const runs = history({ cluster: 'b', status: 'failed' }, { cluster: 'b' });
    expect(await whereaboutsOf(runs, 'default', provision.steps)).toMatchObject({
      last: { CLUSTER_NAME: 'b' },
      earlier: [],
    });
  });

  test('is not that of a run that was refused before it created anything', async () => {
    const runs = history({ cluster: 'b', status: 'failed', steps: refused }, { cluster: 'a' });
    const { last, earlier } = await whereaboutsOf(runs, 'default', provision.steps);
    expect([last?.CLUSTER_NAME, earlier]).toEqual(['a', []]);
  });

  test('comes with the other locations of earlier runs', async () => {
    const runs = history({ cluster: 'b' }, { cluster: 'a' }, { cluster: 'b' });
    const { last, earlier } = await whereaboutsOf(runs, 'default', provision.steps);
    expect(last?.CLUSTER_NAME).toBe('b');
    expect(earlier.map(formatPlace)).toEqual([
      `Cluster a in ${gatewayConfig.zone}, project ${gatewayConfig.projectId}, with the Apigee environment ${gatewayConfig.apigeeEnv}`,
    ]);
  });

  test('comes from the configuration after a teardown or before the first run', async () => {
    const gone = history({ runbook: 'teardown' }, { cluster: 'b' });
    expect(await whereaboutsOf(gone, 'default', provision.steps)).toEqual({
      last: undefined,
      earlier: [],
    });
    expect(await whereaboutsOf(history(), 'default', provision.steps)).toEqual({
      last: undefined,
      earlier: [],
    });
    const underWay = history({ runbook: 'teardown', status: 'running' }, { cluster: 'b' });
    expect((await whereaboutsOf(underWay, 'default', provision.steps)).last?.CLUSTER_NAME).toBe(
      'b',
    );
  });
});

test('the gateway of a location is the configured one there, with its differences', async () => {
  const { last } = await whereaboutsOf(history({ cluster: 'b' }), 'default', provision.steps);
  const configured = { ...named('c'), model: 'own/model' };
  expect(gatewayAt(configured, last)).toEqual({ ...configured, clusterName: 'b' });
  expect(movedSince(last, configured)).toEqual([{ variable: 'CLUSTER_NAME', from: 'b', to: 'c' }]);
  expect(gatewayAt(configured, undefined)).toBe(configured);
  expect(movedSince(undefined, configured)).toEqual([]);
});
