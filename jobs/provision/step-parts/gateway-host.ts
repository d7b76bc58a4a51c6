// Gateway host in Apigee environment groups, without which Apigee answers 404.
import type { ApigeeClient } from '../../../src/clients/apigee/client.ts';
import type { EnvironmentGroup, Operation } from '../../../src/clients/apigee/schema.ts';
import { fail } from '../../../src/kernel/errors.ts';
import type { Inventory } from '../../../src/engine/step.ts';
import { followOperation } from './apigee-operations.ts';
import type { Context } from '../../../src/gateway/objects.ts';

/** The group that llmgw creates for an environment without one. */
const ownGroup = (gateway: string): string => `llmgw-${gateway}`;

/** Adds the host to a group. @returns the result for people. */
export async function addGatewayHost(context: Context, host: string): Promise<string> {
  const { env, signal } = context;
  const apigee = env.clients.apigee(env.gateway);
  const { apigeeEnv, name } = env.gateway;
  const group = await groupOf(apigee, apigeeEnv, signal);
  if (group === undefined) {
    await makeGroup(context, { name: ownGroup(name), host });
    return `created environment group ${ownGroup(name)} for ${host}`;
  }
  if (group.hostnames.includes(host)) {
    return `${host} is in environment group ${group.name}, which takes a few minutes to apply`;
  }
  const changing = await apigee.setHostnames(group.name, [...group.hostnames, host], signal);
  await follow(context, changing, `add ${host} to ${group.name}`);
  return `added ${host} to environment group ${group.name}`;
}

/** Only llmgw adds the gateway's host to a group; the group of our name is ours. */
export async function hostInventory(
  { env, signal }: Context,
  host: string | undefined,
): Promise<Inventory> {
  const groups = await env.clients.apigee(env.gateway).listEnvironmentGroups(signal);
  const ours = groups.flatMap(({ name, hostnames }) => {
    if (name === ownGroup(env.gateway.name)) return [`Environment group ${name}`];
    const isIn = host !== undefined && hostnames.includes(host);
    return isIn ? [`Host ${host} in environment group ${name}`] : [];
  });
  return { ours, foreign: [] };
}

/** Removes the host, and the group if it is ours. */
export async function forgetHost(context: Context, host: string | undefined): Promise<void> {
  const { env, signal } = context;
  const apigee = env.clients.apigee(env.gateway);
  for (const group of await apigee.listEnvironmentGroups(signal)) {
    if (group.name === ownGroup(env.gateway.name)) {
      await removeGroup(context, group);
    } else if (host !== undefined && group.hostnames.includes(host)) {
      const left = group.hostnames.filter((one) => one !== host);
      const changing = await apigee.setHostnames(group.name, left, signal);
      await settled(context, changing, `remove ${host} from ${group.name}`);
    }
  }
}

async function groupOf(
  apigee: ApigeeClient,
  environment: string,
  signal: AbortSignal,
): Promise<EnvironmentGroup | undefined> {
  for (const group of await apigee.listEnvironmentGroups(signal)) {
    const attached = await apigee.listEnvironmentGroupAttachments(group.name, signal);
    if (attached.some((one) => one.environment === environment)) return group;
  }
  return undefined;
}

async function makeGroup(
  context: Context,
  { name, host }: { readonly name: string; readonly host: string },
): Promise<void> {
  const { env, signal } = context;
  const apigee = env.clients.apigee(env.gateway);
  const groups = await apigee.listEnvironmentGroups(signal);
  if (!groups.some((group) => group.name === name)) {
    const creating = await apigee.createEnvironmentGroup({ name, hostnames: [host] }, signal);
    if (!(await follow(context, creating, `create environment group ${name}`))) return;
  }
  const attaching = await apigee.createEnvironmentGroupAttachment(
    name,
    env.gateway.apigeeEnv,
    signal,
  );
  await follow(context, attaching, `attach the environment to ${name}`);
}

async function removeGroup(context: Context, group: EnvironmentGroup): Promise<void> {
  const { env, signal } = context;
  const apigee = env.clients.apigee(env.gateway);
  for (const attachment of await apigee.listEnvironmentGroupAttachments(group.name, signal)) {
    const id = attachment.name.split('/').at(-1) ?? attachment.name;
    const detaching = await apigee.deleteEnvironmentGroupAttachment(group.name, id, signal);
    await settled(context, detaching, `detach the environment from ${group.name}`);
  }
  const deleting = await apigee.deleteEnvironmentGroup(group.name, signal);
  await settled(context, deleting, `delete environment group ${group.name}`);
}

async function settled(
  context: Context,
  operation: Operation | undefined,
  what: string,
): Promise<void> {
  if (operation === undefined || (await follow(context, operation, what))) return;
  throw fail('transient', 'still_at_work', `Apigee still has to ${what}`);
}

function follow({ env, signal }: Context, operation: Operation, what: string): Promise<boolean> {
  return followOperation(env.clients.apigee(env.gateway), operation, {
    what,
    forMs: 15_000,
    signal,
  });
}
