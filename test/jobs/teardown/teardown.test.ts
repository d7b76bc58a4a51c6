// Teardown on the real engine against the sandbox's cloud: a clean slate from wherever provisioning has come to, and nothing else touched.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAround } from '../../../jobs/teardown/look-around.ts';
import { teardown } from '../../../jobs/teardown/runbook.ts';
import { appName, productName } from '../../../jobs/resources.ts';
import { bindRunbook } from '../../../src/runbook/worker-options.ts';
import type { RunRecord } from '../../../src/runbook/run-store.ts';
import type { Json } from '../../../src/errors.ts';
import { createTestEngine, newRunId, requestFor, type TestEngine } from '../../support/engine.ts';
import { quiet, startWorld, type World } from '../support/world.ts';

let world: World;
let engine: TestEngine;

beforeAll(async () => {
  world = await startWorld({ speed: 3_000 });
  engine = createTestEngine({
    runbooks: { teardown: bindRunbook(teardown, () => Promise.resolve(world.env)) },
    // A busy machine must not look like a dead worker.
    timings: { lockMs: 30_000, stalledIntervalMs: 15_000 },
  });
  await engine.start();
}, 60_000);
afterAll(async () => {
  await engine?.close();
  await world?.stop();
});

async function tearDown(input: Json = {}): Promise<RunRecord> {
  const runId = newRunId('teardown');
  await engine.queues.startRun(requestFor('teardown', { runId, input }));
  const record = await engine.ended(runId, 100_000);
  const faults = Object.values(record.state.steps).flatMap(({ fault }) =>
    fault === undefined ? [] : [fault],
  );
  expect(faults).toEqual([]);
  return record;
}

const look = (removeApps = false) =>
  lookAround(
    {
      env: world.env,
      runId: 'look',
      target: world.gateway.name,
      input: {},
      outputs: {},
      signal: new AbortController().signal,
      log: quiet,
    },
    { removeApps },
  );

async function billable(): Promise<unknown> {
  const answer = await fetch(`${world.sandbox.url}/_sandbox/world`);
  return ((await answer.json()) as { billable: unknown }).billable;
}

describe('a whole gateway', () => {
  const email = 'alice@example.com';
  beforeAll(async () => {
    await world.provision();
    const apigee = world.clients.apigee(world.gateway);
    const attributes = [{ name: 'created-by', value: 'llmgw' }];
    const names = { firstName: 'Alice', lastName: 'A', userName: 'alice' };
    await apigee.createDeveloper({ email, ...names, attributes });
    const products = [productName('default')];
    await apigee.createApp(email, { name: appName('default'), products, attributes });
  }, 170_000);

  it('is shown before it goes, and what stays with it', async () => {
    const { goes, stays } = await look();
    expect(goes).toEqual(
      expect.arrayContaining([
        'Cluster infgw-cluster',
        'Gateway inference-gateway',
        'Helm release apigee-apim-operator',
        'Apigee environment ' + world.gateway.apigeeEnv,
      ]),
    );
    expect(stays).toEqual([
      expect.stringContaining('inferencepools.inference.networking.k8s.io (not made by llmgw)'),
      `App llmgw-default of ${email}`,
    ]);
  });

  it('goes without a trace that costs, in the reverse order', async () => {
    const { state } = await tearDown();
    expect(state.status).toBe('succeeded');
    expect(await billable()).toEqual([]);
    expect(state.steps['prove-nothing-left']?.output).toMatchObject({
      left: 0,
      stays: [`App llmgw-default of ${email}`],
    });
    expect(world.sandbox.context.unknown).toEqual([]);
  }, 120_000);
});
