// Teardown on the real engine against the sandbox's cloud, from every stage of provisioning.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEndpoint } from '../../src/gateway/endpoint.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import { createCluster } from '../../jobs/provision/steps/create-cluster.ts';
import type { ApigeeState } from '../../sandbox/apigee/state.ts';
import { observeLeftovers } from '../../jobs/teardown/observe-leftovers.ts';
import { teardown } from '../../jobs/teardown/runbook.ts';
import { appName, productName } from '../../src/gateway/resources.ts';
import { bindRunbook } from '../../src/engine/worker-options.ts';
import type { GatewayConfig } from '../../src/kernel/config.ts';
import type { RunRecord } from '../../src/engine/run-store.ts';
import type { Json } from '../../src/kernel/errors.ts';
import { createTestEngine, newRunId, requestFor, type TestEngine } from '../support/engine.ts';
import { quiet, startWorld, type World } from '../jobs/support/world.ts';

let world: World;
let engine: TestEngine;

/** Gateways that are configured beside the default one. */
const gateways: Record<string, Partial<GatewayConfig>> = {};

function envOf(name: string): ProvisionEnv {
  const gatewayOf = (one: string): GatewayConfig => ({
    ...world.gateway,
    name: one,
    ...gateways[one],
  });
  const others = ['default', ...Object.keys(gateways)].filter((one) => one !== name);
  return { ...world.env, gateway: gatewayOf(name), neighbours: others.map(gatewayOf) };
}

beforeAll(async () => {
  world = await startWorld({ speed: 3_000 });
  engine = createTestEngine({
    runbooks: { teardown: bindRunbook(teardown, (target) => Promise.resolve(envOf(target))) },
    // A busy machine must not count as a dead worker.
    timings: { lockMs: 30_000, stalledIntervalMs: 15_000 },
  });
  await engine.start();
}, 60_000);
afterAll(async () => {
  await engine?.close();
  await world?.stop();
});

async function tearDown(input: Json = {}, target = 'default'): Promise<RunRecord> {
  const runId = newRunId('teardown');
  await engine.queues.startRun(requestFor('teardown', { runId, target, input }));
  const record = await engine.ended(runId, 100_000);
  const faults = Object.values(record.state.steps).flatMap(({ fault }) =>
    fault === undefined ? [] : [fault],
  );
  expect({ status: record.state.status, faults }).toEqual({ status: 'succeeded', faults: [] });
  return record;
}

const changed = ({ state }: RunRecord): string[] =>
  Object.entries(state.steps)
    .filter(([, step]) => step.changed === true)
    .map(([id]) => id);

/** Asks without a key until nothing listens any more. @returns counts of answers and refusals. */
async function watchTheDoor(): Promise<{ refused: number; answered: number }> {
  const endpoint = await readEndpoint(world.env, new AbortController().signal);
  const seen = { refused: 0, answered: 0 };
  let isOpen = true;
  while (isOpen) {
    const response = await fetch(`${endpoint}/v1/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ model: world.gateway.model, prompt: 'Hello', max_tokens: 1 }),
    }).catch(() => undefined);
    isOpen = response !== undefined;
    if (response !== undefined) seen[response.ok ? 'answered' : 'refused'] += 1;
    await response?.body?.cancel();
  }
  return seen;
}

const look = (target = 'default') =>
  observeLeftovers(
    {
      env: envOf(target),
      runId: 'look',
      target,
      input: {},
      outputs: {},
      signal: new AbortController().signal,
      log: quiet,
    },
    { removeApps: false },
  );

async function createClusterOf(env: ProvisionEnv, target: string): Promise<void> {
  const signal = new AbortController().signal;
  const context = { env, runId: 'provision', target, input: {}, outputs: {}, signal, log: quiet };
  await createCluster.apply(context);
}

async function cloud(): Promise<Record<string, unknown>> {
  const answer = await fetch(`${world.sandbox.url}/_sandbox/world`);
  return (await answer.json()) as Record<string, unknown>;
}
const billable = async (): Promise<unknown> => (await cloud())['billable'];

describe('teardown of a complete gateway', () => {
  const email = 'alice@example.com';
  const apigee = () => world.clients.apigee(world.gateway);
  beforeAll(async () => {
    await world.provision();
    const attributes = [{ name: 'created-by', value: 'llmgw' }];
    const names = { firstName: 'Alice', lastName: 'A', userName: 'alice' };
    await apigee().createDeveloper({ email, ...names, attributes });
    const products = [productName('default')];
    await apigee().createApp(email, { name: appName('default'), products, attributes });
  }, 170_000);

  it('the plan of a teardown lists the resources it deletes and the ones it keeps', async () => {
    const { goes, stays } = await look();
    expect(goes).toEqual(
      expect.arrayContaining([
        'Cluster infgw-cluster',
        'Gateway inference-gateway',
        'Helm release apigee-apim-operator',
        `Apigee environment ${world.gateway.apigeeEnv}`,
      ]),
    );
    expect(stays).toEqual([
      expect.stringContaining('inferencepools.inference.networking.k8s.io (not created by llmgw)'),
      `App llmgw-default of ${email}`,
    ]);
  }, 30_000);

  it('a teardown of another gateway with overlapping configuration leaves a gateway alone', async () => {
    const { goes, stays } = await look('another');
    expect(goes).toEqual([]);
    expect(stays).toEqual(
      expect.arrayContaining([
        'Cluster infgw-cluster (not created by llmgw)',
        'Helm release apigee-apim-operator (not created by llmgw)',
        `Apigee environment ${world.gateway.apigeeEnv} (not created by llmgw)`,
      ]),
    );
    const before = await billable();
    expect(changed(await tearDown({}, 'another'))).toEqual([]);
    expect(await billable()).toEqual(before);
  }, 60_000);

  it('a teardown leaves nothing billable, runs in reverse order, keeps apps, and serves no keyless request', async () => {
    const watching = watchTheDoor();
    const { state } = await tearDown();
    const { refused, answered } = await watching;
    // Requests without a key ran all the time, until nothing listened any more.
    expect(answered).toBe(0);
    expect(refused).toBeGreaterThan(10);
    expect(await billable()).toEqual([]);
    expect(state.steps['prove-nothing-left']?.output).toEqual({
      left: 0,
      stays: [`App llmgw-default of ${email}`],
    });
    const ended = (id: string): number => state.steps[id]?.endedAt ?? expect.fail(id);
    const started = (id: string): number => state.steps[id]?.startedAt ?? expect.fail(id);
    expect(started('undo-install-apigee-operator')).toBeGreaterThanOrEqual(
      ended('undo-create-operation-set'),
    );
    expect(started('undo-create-cluster')).toBeGreaterThanOrEqual(ended('undo-create-gateway'));
    for (const lock of ['attach-traffic-extension', 'create-operation-set']) {
      expect(started(`undo-${lock}`)).toBeGreaterThanOrEqual(ended('undo-create-gateway'));
    }
    expect(world.sandbox.context.unknown).toEqual([]);
  }, 120_000);

  it('a second teardown changes nothing, except for apps on request', async () => {
    expect(changed(await tearDown())).toEqual([]);
    expect(changed(await tearDown({ removeApps: true }))).toEqual(['remove-apps']);
    expect(await apigee().getDeveloper(email)).toBeUndefined();
  }, 60_000);
});

describe('teardown of a partial gateway', () => {
  it('a teardown succeeds while the cluster is still in creation', async () => {
    for (const step of ['enable-apis', 'check-project', 'create-proxy-subnet']) {
      await world.run(step);
    }
    for (const step of ['create-cluster', 'create-apigee-environment', 'prepare-apigee-identity']) {
      await world.apply(step);
    }
    const record = await tearDown();
    expect(changed(record)).toEqual(
      expect.arrayContaining(['undo-create-cluster', 'undo-create-apigee-environment']),
    );
    expect((await look()).goes).toEqual([]);
    expect(await billable()).toEqual([]);
  }, 120_000);

  it('the last of two simultaneous teardowns deletes their shared subnetwork', async () => {
    const names = ['one', 'two'];
    for (const name of names) gateways[name] = { name, clusterName: `c-${name}`, nodeCount: 1 };
    const { clients, gateway } = world;
    await world.run('create-proxy-subnet');
    for (const name of names) {
      await createClusterOf(envOf(name), name);
    }
    expect((await look('one')).stays).toContainEqual(
      expect.stringContaining('(used by gateway two)'),
    );
    await Promise.all(names.map((name) => tearDown({}, name)));
    const left = await clients.compute.listSubnetworks(gateway.projectId, gateway.region);
    expect(left.map(({ purpose }) => purpose)).not.toContain('REGIONAL_MANAGED_PROXY');
    for (const name of names) delete gateways[name];
  }, 120_000);

  it("a teardown deletes the operator's group also after the environment left it", async () => {
    for (const step of ['enable-apis', 'check-project', 'create-apigee-environment']) {
      await world.run(step);
    }
    const { projectId, apigeeEnv } = world.gateway;
    const { organizations } = world.sandbox.context.state<ApigeeState>('apigee', () =>
      expect.fail('there is no Apigee'),
    );
    const groups = organizations[projectId]?.envgroups ?? {};
    const empty = (name: string) => ({
      name,
      hostnames: [`${name}-x1y2.svc.google.com`],
      attachments: {},
      createdAt: 0,
    });
    const left = empty(`${apigeeEnv}-group`);
    const another = { ...empty('another-env-group'), hostnames: ['another.example.com'] };
    Object.assign(groups, { [left.name]: left, [another.name]: another });
    await tearDown();
    expect(Object.keys(groups)).not.toContain(left.name);
    expect(Object.keys(groups)).toContain(another.name);
    delete groups[another.name];
  }, 60_000);

  it('a teardown keeps a cluster of the same name that somebody else created', async () => {
    const { gateway, clients } = world;
    const { projectId, zone, clusterName } = gateway;
    const place = { projectId, location: zone, name: clusterName };
    await clients.gke.createCluster({
      ...place,
      network: gateway.network,
      subnetwork: gateway.subnet,
      machineType: gateway.machineType,
      diskType: 'pd-standard',
      nodeCount: 1,
      workloadPool: `${projectId}.svc.id.goog`,
      gatewayApiChannel: 'CHANNEL_STANDARD',
      releaseChannel: 'RAPID',
      monitoring: ['SYSTEM_COMPONENTS'],
      labels: { team: 'others' },
    });
    const record = await tearDown();
    expect(changed(record)).toEqual([]);
    expect(record.state.steps['prove-nothing-left']?.output).toMatchObject({
      stays: expect.arrayContaining([`Cluster ${clusterName} (not created by llmgw)`]),
    });
    expect(await clients.gke.getCluster(place)).toBeDefined();
  }, 60_000);
});
