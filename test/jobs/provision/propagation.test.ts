// Propagation delays of Google: newly enabled APIs and newly created accounts.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { provision } from '../../../jobs/provision/runbook.ts';
import { prepareApigeeIdentity } from '../../../jobs/provision/steps/prepare-apigee-identity.ts';
import { type Fault, toFault } from '../../../src/kernel/errors.ts';
import { openProjectState, type ProjectState } from './project-state.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let state: ProjectState;
const later = (): number => Date.now() + 3_600_000;

beforeAll(async () => {
  world = await openWorld();
  state = openProjectState(world.sandbox);
});
afterAll(() => world.end());
beforeEach(() => state.reset());

async function faultOf(work: Promise<unknown>): Promise<Fault | 'none'> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return toFault(error);
  }
}

const createCluster = provision.steps.find(({ id }) => id === 'create-cluster');

test('an enabled API that still answers "disabled" is retried', async () => {
  if (createCluster === undefined) return expect.fail('no step');
  state.enableAllApis();
  state.project().servicesEffectiveAt = { 'container.googleapis.com': later() };
  await expect(faultOf(createCluster.apply(world.context))).resolves.toMatchObject({
    kind: 'transient',
    code: 'api_not_in_effect',
    untilDeadline: true,
  });
  state.project().servicesEffectiveAt = {};
  await expect(faultOf(createCluster.apply(world.context))).resolves.toBe('none');
});

test('a disabled API is reported as a permanent fault', async () => {
  if (createCluster === undefined) return expect.fail('no step');
  await expect(faultOf(createCluster.apply(world.context))).resolves.toMatchObject({
    kind: 'permanent',
    code: 'api_disabled',
  });
});

async function createUnknownAccount(): Promise<void> {
  const { apply } = prepareApigeeIdentity;
  await faultOf(apply(world.context));
  const [account] = Object.values(state.project().serviceAccounts);
  if (account === undefined) return expect.fail('no account');
  account.knownAt = later();
}

test('a new account that is denied with "or may not exist" is retried', async () => {
  await createUnknownAccount();
  state.project().hasWorkloadPool = true;
  await expect(faultOf(prepareApigeeIdentity.apply(world.context))).resolves.toMatchObject({
    kind: 'transient',
    code: 'account_not_known_yet',
    untilDeadline: true,
  });
  for (const account of Object.values(state.project().serviceAccounts)) account.knownAt = 0;
  await expect(faultOf(prepareApigeeIdentity.apply(world.context))).resolves.toBe('none');
});

test('a denial of a missing permission is not treated as a new account', async () => {
  state.project().hasWorkloadPool = true;
  await createUnknownAccount();
  for (const account of Object.values(state.project().serviceAccounts)) account.knownAt = 0;
  state.caller().deniedPermissions.push('iam.serviceAccounts.getIamPolicy');
  await expect(faultOf(prepareApigeeIdentity.check(world.context))).resolves.toMatchObject({
    kind: 'permanent',
    code: 'denied',
  });
});
