// Options of a provisioning run: what they make of a gateway, which of them last, and the graph that --guarded asks for.
import { describe, expect, test } from 'vitest';
import {
  changesSince,
  effectiveGateway,
  lastOptions,
  type PastRuns,
  readProvisionInput,
  readProvisionOptions,
  runInput,
} from '../../src/gateway/options.ts';
import { provision } from '../../jobs/provision/runbook.ts';
import { type Json, toFault } from '../../src/kernel/errors.ts';
import { requireSoundShape } from '../../src/engine/runbook-shape.ts';
import { stepsFor } from '../../src/engine/step.ts';
import { allNeeds } from '../../src/engine/check-all.ts';
import { gatewayConfig } from '../jobs/provision/gateway-config.ts';

describe('the effective gateway', () => {
  test('is the configuration where nothing is asked for', () => {
    expect(effectiveGateway(gatewayConfig, {})).toEqual(gatewayConfig);
  });

  test('has each option laid over it', () => {
    const options = { model: 'a/b', nodes: 1, machineType: 'n2-standard-8', quota: '7/hour' };
    expect(effectiveGateway(gatewayConfig, options)).toEqual({
      ...gatewayConfig,
      model: 'a/b',
      nodeCount: 1,
      machineType: 'n2-standard-8',
      quota: { limit: 7, interval: 1, timeUnit: 'hour' },
    });
  });
});

describe('options that cannot be are refused before anything begins', () => {
  test.each([
    [{ nodes: 0 }, '`--nodes` must be at least 1'],
    [{ nodes: 101 }, '`--nodes` must be at most 100'],
    [{ machineType: 'huge' }, '`--machine-type` is not a machine type'],
    [{ machineType: 'n2-standard-2' }, '`--machine-type` needs at least 12 GiB'],
    [{ quota: '0/minute' }, '`--quota` must read like 5/minute'],
    [{ quota: '5/week' }, '`--quota` must read like 5/minute'],
    [{ model: 'a/b/c' }, '`--model` is not a Hugging Face model name'],
    [{ leaseMs: 1_000 }, '`--for` must be at least 1 minute'],
    [{ leaseMs: 31 * 86_400_000 }, '`--for` must be at most 30 days'],
  ])('%j', (given, words) => {
    let message = 'was accepted';
    try {
      readProvisionOptions(given);
    } catch (error) {
      message = toFault(error).message;
    }
    expect(message).toContain(words);
  });

  test('all of them at once', () => {
    expect(() => readProvisionOptions({ nodes: 0, quota: 'many' })).toThrow(/--nodes.*--quota/);
  });
});

describe('options outside a run', () => {
  const runs = (...past: { runbook: string; status: string; input: Json }[]): PastRuns => ({
    recent: () => Promise.resolve(past.map((_, index) => `run-${index}`)),
    request: (id) => Promise.resolve(past[Number(id.replace('run-', ''))]),
    read: (id) => {
      const found = past[Number(id.replace('run-', ''))];
      return Promise.resolve(found === undefined ? undefined : { state: found });
    },
  });
  const built = { runbook: 'provision', status: 'succeeded', input: { nodes: 2 } };

  test('are those of the last provisioning, whatever became of it', async () => {
    const failed = { runbook: 'provision', status: 'failed', input: { quota: '9/minute' } };
    expect(await lastOptions(runs(failed, built), 'default')).toEqual({ quota: '9/minute' });
  });

  test('are still those while it is torn down, and none afterwards', async () => {
    const torn = { runbook: 'teardown', status: 'running', input: {} };
    expect(await lastOptions(runs(torn, built), 'default')).toEqual({ nodes: 2 });
    const gone = { ...torn, status: 'succeeded' };
    expect(await lastOptions(runs(gone, built), 'default')).toEqual({});
    expect(await lastOptions(runs(), 'default')).toEqual({});
  });

  test('are without the lease, which was that run’s own', async () => {
    const leased = { ...built, input: { nodes: 2, leaseMs: 60_000 } };
    expect(await lastOptions(runs(leased), 'default')).toEqual({ nodes: 2 });
  });

  test('are none where another version wrote what this one cannot read', async () => {
    expect(await lastOptions(runs({ ...built, input: { nodes: 'two' } }), 'default')).toEqual({});
  });
});

describe('the input of a run', () => {
  test('keeps the configuration, and tells what has changed since', () => {
    const input = runInput(gatewayConfig, { quota: '9/minute' });
    expect(readProvisionInput(input)).toMatchObject({ quota: '9/minute' });
    expect(changesSince(input, gatewayConfig)).toEqual([]);
    const now = { ...gatewayConfig, model: 'a/b', nodeCount: gatewayConfig.nodeCount + 1 };
    expect(changesSince(input, now)).toEqual([
      { variable: 'NODE_COUNT', from: String(gatewayConfig.nodeCount), to: String(now.nodeCount) },
      { variable: 'MODEL', from: gatewayConfig.model, to: 'a/b' },
    ]);
  });

  test('says nothing of a change that an option of the run overrides', () => {
    const input = runInput(gatewayConfig, { model: 'own/model', nodes: 1 });
    const now = { ...gatewayConfig, model: 'a/b', nodeCount: 9 };
    expect(changesSince(input, now)).toEqual([]);
  });

  test('of a run that kept none, nothing is said to have changed', () => {
    expect(changesSince({}, gatewayConfig)).toEqual([]);
  });
});

describe('a guarded run', () => {
  const steps = stepsFor(provision, { guarded: true });

  test('has the same steps in a sound graph', () => {
    expect(() => requireSoundShape(provision)).not.toThrow();
    expect(steps.map(({ id }) => id)).toEqual(provision.steps.map(({ id }) => id));
  });

  test('lets nobody in before Apigee stands at the door, and asks with a key alone', () => {
    expect(allNeeds(steps, 'create-route')).toContain('attach-traffic-extension');
    expect(allNeeds(steps, 'verify-inference')).toContain('verify-locked');
    expect(allNeeds(steps, 'prove-protection')).toContain('verify-inference');
  });

  test('is not what other inputs get', () => {
    expect(stepsFor(provision, {})).toBe(provision.steps);
    expect(stepsFor(provision, { guarded: false })).toBe(provision.steps);
  });
});
