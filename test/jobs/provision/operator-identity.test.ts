// Impersonation rights of the Apigee operator: its own service account only.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorAccount } from '../../../jobs/provision/step-parts/operator-identity.ts';
import { createCluster } from '../../../jobs/provision/steps/create-cluster.ts';
import { enableApis } from '../../../jobs/provision/steps/enable-apis.ts';
import { prepareApigeeIdentity } from '../../../jobs/provision/steps/prepare-apigee-identity.ts';
import { type World, openWorld } from './world.ts';

const tooMuch = 'roles/iam.workloadIdentityUser';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  // The first cluster creates the workload pool of the project.
  for (const step of [enableApis, createCluster, prepareApigeeIdentity]) await world.run(step);
}, 120_000);
afterAll(() => world?.end());

const member = (): string => `serviceAccount:${operatorAccount(world.context.env.gateway)}`;
const onProject = (): Promise<readonly string[]> =>
  world.clients.resourceManager.projectRoles(world.context.env.gateway.projectId, member());

test('the operator cannot act as the other service accounts of the project', async () => {
  expect(await onProject()).not.toContain(tooMuch);
  expect(await onProject()).toContain('roles/apigee.admin');
});

/** Applies the step. @returns the roles that it revoked. */
async function revokedBy(apply: typeof prepareApigeeIdentity.apply): Promise<string[]> {
  const { context } = world;
  const { resourceManager } = context.env.clients;
  const revoked: string[] = [];
  const watched: typeof resourceManager = {
    ...resourceManager,
    revokeOnProject: (projectId, of, roles) => {
      revoked.push(...roles);
      return resourceManager.revokeOnProject(projectId, of, roles);
    },
  };
  const clients = { ...context.env.clients, resourceManager: watched };
  await apply({ ...context, env: { ...context.env, clients } });
  return revoked;
}

test('an apply revokes only reported grants', async () => {
  expect(await revokedBy(prepareApigeeIdentity.apply)).toEqual([]);
  const { projectId } = world.context.env.gateway;
  await world.clients.resourceManager.grantOnProject(projectId, member(), [tooMuch]);
  expect(await revokedBy(prepareApigeeIdentity.apply)).toEqual([tooMuch]);
  expect(await onProject()).not.toContain(tooMuch);
});

test('a grant on the whole project is reported, and revoked by the next run', async () => {
  await world.clients.resourceManager.grantOnProject(
    world.context.env.gateway.projectId,
    member(),
    [tooMuch],
  );
  expect(await prepareApigeeIdentity.check(world.context)).toMatchObject({
    state: 'needed',
    of: [expect.stringContaining(`has ${tooMuch} on the whole project`)],
  });
  await world.run(prepareApigeeIdentity);
  expect(await onProject()).not.toContain(tooMuch);
});
