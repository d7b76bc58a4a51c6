// Apigee resources of the operator: removed with the bot's environment, kept when shared.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createApigeeEnvironment } from '../../../jobs/provision/steps/create-apigee-environment.ts';
import { inventoryOf, isRemoval } from '../../../jobs/teardown/inventory.ts';
import { deploy } from '../../../sandbox/apigee/deployments.ts';
import type { Environment } from '../../../sandbox/apigee/state.ts';
import type { Inventory } from '../../../src/engine/step.ts';
import { operatorFlow } from '../../../src/gateway/resources.ts';
import { openProjectState, type ProjectState } from './project-state.ts';
import { type World, openWorld } from './world.ts';

let world: World;
let state: ProjectState;
beforeAll(async () => {
  world = await openWorld();
  state = openProjectState(world.sandbox);
}, 60_000);
afterAll(() => world?.end());
beforeEach(async () => {
  world.sandbox.context.faults.clear();
  state.reset();
  await world.run(createApigeeEnvironment);
  deployed('apim-op-env');
});

function environmentNamed(name: string): Environment {
  return state.organization().environments[name] ?? expect.fail(`there is no ${name}`);
}

/** Like the operator's deployment for a backend service. */
function deployed(environment: string, proxy = 'apigee-llm'): void {
  const { context } = world.sandbox;
  const into = environmentNamed(environment);
  const organization = state.organization();
  deploy(context, organization, into, { kind: 'sharedFlows', name: operatorFlow });
  const calls = [operatorFlow];
  deploy(context, organization, into, { kind: 'proxies', name: proxy, calls });
}

async function inventory(): Promise<Inventory> {
  const { undo } = createApigeeEnvironment;
  if (!isRemoval(undo)) return expect.fail('it has no removal');
  return inventoryOf(undo, world.context);
}

const left = () => ({
  environments: Object.keys(state.organization().environments),
  proxies: Object.keys(state.organization().proxies ?? {}),
  flows: Object.keys(state.organization().sharedFlows ?? {}),
});
const nothing = { environments: [], proxies: [], flows: [] };

test('the proxy and the shared flow are counted, undeployed and deleted with the environment', async () => {
  expect((await inventory()).ours).toEqual([
    'Apigee environment apim-op-env',
    'API proxy apigee-llm in the environment apim-op-env',
    `Shared flow ${operatorFlow} in the environment apim-op-env`,
  ]);
  await world.undo(createApigeeEnvironment);
  expect(left()).toEqual(nothing);
  expect(await inventory()).toMatchObject({ ours: [], foreign: [] });
});

test('flow hooks that run the shared flow are detached first', async () => {
  environmentNamed('apim-op-env').flowHooks = {
    PreProxyFlowHook: operatorFlow,
    PostTargetFlowHook: operatorFlow,
  };
  await world.undo(createApigeeEnvironment);
  expect(left()).toEqual(nothing);
});

test('a proxy that is already deleted, or still deployed without its environment, is no error', async () => {
  environmentNamed('apim-op-env').deployments = [];
  expect((await inventory()).ours).toEqual([
    'Apigee environment apim-op-env',
    'API proxy apigee-llm',
    `Shared flow ${operatorFlow}`,
  ]);
  delete state.organization().proxies?.['apigee-llm'];
  await world.undo(createApigeeEnvironment);
  expect(left()).toEqual(nothing);
});

test('the shared flow stays while another environment deploys it, and is named', async () => {
  state.organization().environments['team'] = {
    ...environmentNamed('apim-op-env'),
    name: 'team',
    deployments: [],
    description: 'by hand',
  };
  deployed('team', 'team-llm');
  expect((await inventory()).shared ?? []).toEqual([]);
  await world.undo(createApigeeEnvironment);
  expect(left()).toEqual({ environments: ['team'], proxies: ['team-llm'], flows: [operatorFlow] });
  expect(environmentNamed('team').deployments).toHaveLength(2);
});

test('a foreign deployment keeps the bot’s environment, and is named', async () => {
  deployed('apim-op-env', 'team-api');
  expect(await inventory()).toMatchObject({
    ours: ['API proxy apigee-llm in the environment apim-op-env'],
    shared: [
      'Apigee environment apim-op-env (team-api is deployed in it)',
      `Shared flow ${operatorFlow} in the environment apim-op-env (API proxy team-api may call it)`,
    ],
  });
  await world.undo(createApigeeEnvironment);
  expect(left()).toEqual({
    environments: ['apim-op-env'],
    proxies: ['team-api'],
    flows: [operatorFlow],
  });
  const names = environmentNamed('apim-op-env').deployments?.filter(({ goneAt }) => !goneAt);
  expect(names?.map(({ name }) => name)).toEqual([operatorFlow, 'team-api']);
});

test('nothing is undeployed from an environment that the bot did not create', async () => {
  environmentNamed('apim-op-env').description = 'by hand';
  await world.undo(createApigeeEnvironment);
  expect(left()).toEqual({
    environments: ['apim-op-env'],
    proxies: ['apigee-llm'],
    flows: [operatorFlow],
  });
  expect(environmentNamed('apim-op-env').deployments).toHaveLength(2);
});

test.each(['undeploy', 'environments.delete'])(
  'a first refusal of %s with failed_precondition is retried',
  async (operation) => {
    world.sandbox.context.faults.add({
      service: 'apigee',
      operation,
      times: 1,
      probability: 1,
      seed: 1,
      action: {
        kind: 'status',
        status: 400,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          error: {
            code: 400,
            status: 'FAILED_PRECONDITION',
            message: 'generic::failed_precondition: undeployment validations failed',
          },
        }),
      },
    });
    await world.undo(createApigeeEnvironment);
    expect(world.sandbox.context.faults.list()).toEqual([]);
    expect(left()).toEqual(nothing);
  },
);
