// Options of a provisioning run: effective gateway, lifetime, and the graph of `--guarded`.
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
  test('is the configuration without options', () => {
    expect(effectiveGateway(gatewayConfig, {})).toEqual(gatewayConfig);
  });

  test('has each option in place of the configuration', () => {
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

describe('invalid options', () => {
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

  test('several invalid options are reported together', () => {
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

  test('are those of the last provisioning, whatever its outcome', async () => {
    const failed = { runbook: 'provision', status: 'failed', input: { quota: '9/minute' } };
    expect(await lastOptions(runs(failed, built), 'default')).toEqual({ quota: '9/minute' });
  });

  test('are kept during its teardown, and dropped afterwards', async () => {
    const torn = { runbook: 'teardown', status: 'running', input: {} };
    expect(await lastOptions(runs(torn, built), 'default')).toEqual({ nodes: 2 });
    const gone = { ...torn, status: 'succeeded' };
    expect(await lastOptions(runs(gone, built), 'default')).toEqual({});
    expect(await lastOptions(runs(), 'default')).toEqual({});
  });

  test('exclude the lease, which belongs to that run', async () => {
    const leased = { ...built, input: { nodes: 2, leaseMs: 60_000 } };
    expect(await lastOptions(runs(leased), 'default')).toEqual({ nodes: 2 });
  });

  test('are empty when another version wrote an unreadable record', async () => {
    expect(await lastOptions(runs({ ...built, input: { nodes: 'two' } }), 'default')).toEqual({});
  });
});

describe('the input of a run', () => {
  test('keeps the configuration, and lists the changes since', () => {
    const input = runInput(gatewayConfig, { quota: '9/minute' });
    expect(readProvisionInput(input)).toMatchObject({ quota: '9/minute' });
    expect(changesSince(input, gatewayConfig)).toEqual([]);
    const now = { ...gatewayConfig, model: 'a/b', nodeCount: gatewayConfig.nodeCount + 1 };
    expect(changesSince(input, now)).toEqual([
      { variable: 'NODE_COUNT', from: String(gatewayConfig.nodeCount), to: String(now.nodeCount) },
      { variable: 'MODEL', from: gatewayConfig.model, to: 'a/b' },
    ]);
  });

  test('omits a change that an option of the run overrides', () => {
    const input = runInput(gatewayConfig, { model: 'own/model', nodes: 1 });
    const now = { ...gatewayConfig, model: 'a/b', nodeCount: 9 };
    expect(changesSince(input, now)).toEqual([]);
  });

  test('lists no changes for a run without a stored configuration', () => {
    expect(changesSince({}, gatewayConfig)).toEqual([]);
  });
});

describe('a guarded run', () => {
  const steps = stepsFor(provision, { guarded: true });

  test('has the same steps in a valid graph', () => {
    expect(() => requireSoundShape(provision)).not.toThrow();
    expect(steps.map(({ id }) => id)).toEqual(provision.steps.map(({ id }) => id));
  });

  test('blocks requests until Apigee protects the gateway, then verifies with a key only', () => {
    expect(allNeeds(steps, 'create-route')).toContain('attach-traffic-extension');
    expect(allNeeds(steps, 'verify-inference')).toContain('verify-locked');
    expect(allNeeds(steps, 'prove-protection')).toContain('verify-inference');
  });

  test('is not used for other inputs', () => {
    expect(stepsFor(provision, {})).toBe(provision.steps);
    expect(stepsFor(provision, { guarded: false })).toBe(provision.steps);
  });
});
