// Environment that somebody else created: changed after approval, restored by teardown.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makePlan } from '../../../jobs/provision/make-plan.ts';
import { planMessage } from '../../../jobs/provision/plan-view.ts';
import { createApigeeEnvironment } from '../../../jobs/provision/steps/create-apigee-environment.ts';
import { isRemoval } from '../../../jobs/teardown/inventory.ts';
import { deploy } from '../../../sandbox/apigee/deployments.ts';
import { checkAll } from '../../../src/engine/check-all.ts';
import { openProjectState, type ProjectState } from './project-state.ts';
import { type World, openWorld } from './world.ts';

let world: World;
let state: ProjectState;
beforeAll(async () => {
  world = await openWorld();
  state = openProjectState(world.sandbox);
}, 60_000);
afterAll(() => world?.end());
beforeEach(() => state.reset());

const environment = () => state.organization().environments['apim-op-env'] ?? expect.fail();
function deployed(name: string): void {
  const { context } = world.sandbox;
  deploy(context, state.organization(), environment(), { kind: 'proxies', name });
}
const property = 'apigee-service-extension-enabled';

async function planned() {
  const rows = await checkAll({ steps: [createApigeeEnvironment] }, world.context);
  const { gateway } = world.context.env;
  return makePlan({ gateway, options: {}, rows, activeRun: undefined });
}

async function inventory() {
  const { undo } = createApigeeEnvironment;
  return isRemoval(undo) ? undo.inventory(world.context) : expect.fail();
}

test.each([
  ['unset', {}, 'The team'],
  ['false', { [property]: 'false' }, undefined],
])(
  'an environment with deployments whose property is %s is changed on approval, then restored',
  async (was, properties, description) => {
    const before = { properties, ...(description === undefined ? {} : { description }) };
    state.addEnvironment(structuredClone(before));
    deployed('orders');
    deployed('payments');
    const plan = await planned();
    const asked = `the environment apim-op-env was not made by llmgw. It runs orders, payments, which this change may break. ${property} goes from ${was} to true; teardown puts it back`;
    expect(plan.steps).toMatchObject([{ action: 'change', why: asked }]);
    const { blocks } = planMessage(plan, { asks: true }, 'provision-default-1');
    expect(JSON.stringify(blocks)).toContain('which this change may break');
    deployed('invoices');
    expect((await planned()).hash).not.toBe(plan.hash);

    await world.run(createApigeeEnvironment);
    expect(environment().properties[property]).toBe('true');
    expect(environment().description).toContain(`it was "${was === 'unset' ? '' : was}"`);
    expect((await inventory()).ours).toEqual([
      'Service extensions of the Apigee environment apim-op-env',
    ]);
    await world.undo(createApigeeEnvironment);
    expect(environment().properties).toEqual(properties);
    expect(environment().description).toBe(description);
    expect(environment().deployments).toHaveLength(3);
    expect(await inventory()).toMatchObject({
      ours: [],
      foreign: ['Apigee environment apim-op-env'],
    });
  },
);

test('a foreign environment that already allows extensions is neither recorded nor changed', async () => {
  state.addEnvironment({ properties: { [property]: 'true' }, description: 'The team' });
  deployed('orders');
  await world.run(createApigeeEnvironment);
  await world.undo(createApigeeEnvironment);
  expect(environment()).toMatchObject({
    description: 'The team',
    properties: { [property]: 'true' },
  });
});

test('a second provisioning keeps the value that was recorded first', async () => {
  state.addEnvironment({ properties: {}, description: 'The team' });
  await world.run(createApigeeEnvironment);
  environment().properties[property] = 'false';
  await world.run(createApigeeEnvironment);
  await world.undo(createApigeeEnvironment);
  expect(environment()).toMatchObject({ description: 'The team', properties: {} });
});

test('the environment stays changed while another gateway of this bot has its proxy in it', async () => {
  state.addEnvironment({ properties: {}, description: 'The team' });
  await world.run(createApigeeEnvironment);
  deployed('apigee-llm-lab');
  const { context } = world;
  const lab = { ...context.env.gateway, name: 'lab' };
  const beside = { ...context, env: { ...context.env, neighbours: [lab] } };
  const { undo } = createApigeeEnvironment;
  if (!isRemoval(undo)) return expect.fail();
  expect(await undo.inventory(beside)).toMatchObject({
    ours: [],
    shared: ['Service extensions of the Apigee environment apim-op-env (lab uses it)'],
  });
  await undo.remove(beside);
  expect(environment().properties[property]).toBe('true');
});
