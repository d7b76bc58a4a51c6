// Removal of the Apigee environment, its group memberships and attachments.
import type { ApigeeClient } from '../../../src/clients/apigee/client.ts';
import type {
  ApigeeEnvironment,
  EnvironmentGroup,
  Operation,
} from '../../../src/clients/apigee/schema.ts';
import { fail } from '../../../src/kernel/errors.ts';
import type { Inventory, Removal } from '../../../src/engine/step.ts';
import { borrowers, isBorrowed, withoutNote } from './borrowed-environment.ts';
import { followOperation } from './apigee-operations.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { isMadeFor } from '../../../src/gateway/ownership.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import {
  inventoryOfDeployments,
  otherDeployments,
  removeDeployments,
  whileDependent,
} from './operator-deployments.ts';
import { emptyInventory, mergeInventories } from './removal.ts';

/** An environment includes its groups and attachments. */
export const environmentRemoval: Removal<ProvisionEnv> = {
  title: 'Delete Apigee environment',
  expectMs: 4 * 60_000,
  continuesAfterCancel: 'deleting the Apigee environment',
  async inventory(context) {
    const { env, signal } = context;
    const { apigeeEnv, name } = env.gateway;
    const found = await env.clients.apigee(env.gateway).getEnvironment(apigeeEnv, signal);
    if (found === undefined) return emptyInventory;
    const named = `Apigee environment ${apigeeEnv}`;
    if (!isMadeFor(found.description, name)) return foreignInventory(context, found);
    const [deployments, others] = await Promise.all([
      inventoryOfDeployments(context),
      otherDeployments(context),
    ]);
    const users = others.map((one) => one.name).join(' and ');
    const itself: Inventory =
      users === ''
        ? { ours: [named], foreign: [] }
        : { ours: [], foreign: [], shared: [`${named} (${users} is deployed in it)`] };
    return mergeInventories(itself, deployments);
  },
  remove: removeEnvironment,
};

/** For an environment that llmgw did not create: reverts its changes and names the operator's deployments. */
async function foreignInventory(context: Context, found: ApigeeEnvironment): Promise<Inventory> {
  const [{ ours: deployed }, users] = await Promise.all([
    inventoryOfDeployments(context),
    borrowers(context),
  ]);
  const change = `Service extensions of the Apigee environment ${found.name}`;
  const isUsed = users.length > 0;
  return {
    ours: isBorrowed(found) && !isUsed ? [change] : [],
    foreign: [`Apigee environment ${found.name}`],
    shared: [
      ...(isBorrowed(found) && isUsed ? [`${change} (${users.join(' and ')} uses it)`] : []),
      ...deployed.map(
        (one) =>
          `${one} (left by the operator; llmgw undeploys only where it made the environment)`,
      ),
    ],
  };
}

async function giveBack(context: Context, environment: ApigeeEnvironment): Promise<void> {
  if (!isBorrowed(environment) || (await borrowers(context)).length > 0) return;
  const { env, signal } = context;
  await env.clients
    .apigee(env.gateway)
    .setEnvironmentProperties(withoutNote(environment), {}, signal);
}

/** Restores an environment that llmgw did not create. */
async function removeEnvironment(context: Context): Promise<void> {
  const { env, signal } = context;
  const { apigeeEnv, name } = env.gateway;
  const apigee = env.clients.apigee(env.gateway);
  const environment = await apigee.getEnvironment(apigeeEnv, signal);
  if (environment === undefined) return;
  if (!isMadeFor(environment.description, name)) return giveBack(context, environment);
  await removeDeployments(context);
  // Deployments of others keep the environment.
  if ((await otherDeployments(context)).length > 0) return;
  await leaveGroups(context, apigee);
  await leaveInstance(context, apigee);
  const deleting = await whileDependent(apigee.deleteEnvironment(apigeeEnv, signal));
  await finish(context, deleting, `delete the environment ${apigeeEnv}`);
}

async function leaveGroups(context: Context, apigee: ApigeeClient): Promise<void> {
  const { env, signal } = context;
  const { apigeeEnv } = env.gateway;
  for (const group of await apigee.listEnvironmentGroups(signal)) {
    const attached = await apigee.listEnvironmentGroupAttachments(group.name, signal);
    const own = attached.filter(({ environment }) => environment === apigeeEnv);
    for (const { name } of own) {
      const detaching = await apigee.deleteEnvironmentGroupAttachment(
        group.name,
        lastPart(name),
        signal,
      );
      await finish(context, detaching, `detach ${apigeeEnv} from group ${group.name}`);
    }
    if (own.length === attached.length && isMadeByOperator(group)) {
      const deleting = await apigee.deleteEnvironmentGroup(group.name, signal);
      await finish(context, deleting, `delete environment group ${group.name}`);
    }
  }
}

/** The operator gives only its groups hosts of this kind; one without environments is of no use to anybody. */
export const isMadeByOperator = ({ hostnames }: Pick<EnvironmentGroup, 'hostnames'>): boolean =>
  hostnames.length > 0 && hostnames.every((host) => host.endsWith('.svc.google.com'));

async function leaveInstance(context: Context, apigee: ApigeeClient): Promise<void> {
  const { env, signal } = context;
  const { apigeeEnv, apigeeRegion } = env.gateway;
  for (const instance of await apigee.listInstances(signal)) {
    if (instance.location !== apigeeRegion) continue;
    for (const { environment, name } of await apigee.listAttachments(instance.name, signal)) {
      if (environment !== apigeeEnv) continue;
      const detaching = await apigee.deleteAttachment(instance.name, lastPart(name), signal);
      await finish(context, detaching, `detach ${apigeeEnv} from ${instance.name}`);
    }
  }
}

/** @throws transient/still_at_work; the next call continues where this one stopped. */
async function finish(
  { env, signal }: Context,
  operation: Operation | undefined,
  what: string,
): Promise<void> {
  if (operation === undefined) return;
  const apigee = env.clients.apigee(env.gateway);
  if (await followOperation(apigee, operation, { what, forMs: 20_000, signal })) return;
  throw fail('transient', 'still_at_work', `Waiting for Apigee to ${what}`);
}

const lastPart = (name: string): string => name.split('/').at(-1) ?? name;
