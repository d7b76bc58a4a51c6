// Model server on unsuitable machines: faults for nodes of an operator's own choice.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHfSecret } from '../../../jobs/provision/steps/create-hf-secret.ts';
import { deployModelServer } from '../../../jobs/provision/steps/deploy-model-server.ts';
import { clusterLabels } from '../../../src/gateway/ownership.ts';
import { guidanceText } from '../../../src/kernel/guidance.ts';
import { toFault } from '../../../src/kernel/errors.ts';
import { openProjectState } from './project-state.ts';
import { type World, openWorld } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  openProjectState(world.sandbox).enableAllApis();
});
afterAll(() => world.end());

/** An existing cluster is judged by its pods, not by the name of its machine type. */
async function createClusterOf(clusterName: string, machineType: string): Promise<void> {
  const { env } = world.context;
  const gateway = { ...env.gateway, clusterName, machineType };
  Object.assign(world.context, { env: { ...env, gateway } });
  const { projectId, zone: location } = gateway;
  const { gke } = world.clients;
  await gke.createCluster({
    projectId,
    location,
    name: clusterName,
    network: gateway.network,
    subnetwork: gateway.subnet,
    machineType,
    diskType: 'pd-standard',
    nodeCount: 1,
    workloadPool: `${projectId}.svc.id.goog`,
    gatewayApiChannel: 'CHANNEL_STANDARD',
    releaseChannel: 'RAPID',
    monitoring: ['SYSTEM_COMPONENTS'],
    labels: clusterLabels(gateway.name),
  });
  const place = { projectId, location, name: clusterName };
  await expect.poll(async () => (await gke.getCluster(place))?.status).toBe('RUNNING');
}

test.each([
  ['e2-standard-16', 'without-avx512', /AVX-512/],
  ['c4a-standard-16', 'arm', /another CPU architecture/],
])(
  'a model server that crashes on nodes of type %s ends the wait immediately, with the reason',
  async (machineType, clusterName, reason) => {
    await createClusterOf(clusterName, machineType);
    await world.run(createHfSecret);
    const fault = toFault(await world.run(deployModelServer).catch((error: unknown) => error));
    expect(fault).toMatchObject({
      kind: 'permanent',
      code: 'unfit_machine',
      message: expect.stringMatching(reason),
    });
    expect(guidanceText(fault.next ?? '')).toMatch(/teardown.*MACHINE_TYPE.*c2-standard-16/);
  },
  60_000,
);
