// InferencePool definition that GKE installs some time after the cluster is RUNNING.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCluster } from '../../../jobs/provision/steps/create-cluster.ts';
import { installInferenceCrds } from '../../../jobs/provision/steps/install-inference-crds.ts';
import { kubernetesOf } from '../../../src/gateway/objects.ts';
import { openProjectState } from './project-state.ts';
import { type World, openWorld } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  openProjectState(world.sandbox).enableAllApis();
  await world.run(createCluster);
  await world.run(installInferenceCrds);
}, 60_000);
afterAll(() => world.end());

const pool = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  name: 'inferencepools.inference.networking.k8s.io',
};

test("the step waits for GKE's own InferencePool, and does not take it over", async () => {
  const found = await kubernetesOf(world.context).get(pool);
  expect(found?.metadata.labels).toEqual({ 'addonmanager.kubernetes.io/mode': 'Reconcile' });
  await expect(installInferenceCrds.check(world.context)).resolves.toMatchObject({ state: 'done' });
});

test('an InferencePool that GKE has taken over from llmgw is no drift', async () => {
  const cluster = world.sandbox.context.state<{
    clusters: Record<string, { objects: Record<string, Record<string, object>> }>;
  }>('kubernetes', () => expect.fail('no cluster'));
  const [kept] = Object.values(cluster.clusters);
  const objects = kept?.objects['CustomResourceDefinition.apiextensions.k8s.io'];
  const definition = Object.values(objects ?? {}).find((one) =>
    JSON.stringify(one).includes(`"name":"${pool.name}"`),
  ) as { metadata: { labels: Record<string, string> } };
  definition.metadata.labels['app.kubernetes.io/managed-by'] = 'llmgw';
  await expect(installInferenceCrds.check(world.context)).resolves.toMatchObject({ state: 'done' });
});
