// Host names of the gateway in Apigee's environment groups, without which Apigee answers 404.
import type { EnvironmentGroup, Operation } from '../../../src/clients/apigee/schema.ts';
import { fail, toFault } from '../../../src/kernel/errors.ts';
import type { Inventory } from '../../../src/engine/step.ts';
import { nameOfAddress } from '../../../src/gateway/endpoint.ts';
import { followOperation } from './apigee-operations.ts';
import { isForeign } from './borrowed-environment.ts';
import { isMadeByOperator } from './remove-environment.ts';
import type { Context } from '../../../src/gateway/objects.ts';

/** The group that llmgw creates for an environment without one. */
const ownGroup = (gateway: string): string => `llmgw-${gateway}`;

/** Adds the host to a group. @returns the result for people; it never fails a wait. */
export async function addGatewayHost(context: Context, address: string): Promise<string> {
  try {
    return await repairHost(context, address);
  } catch (error) {
    context.signal.throwIfAborted();
    const { code, message } = toFault(error);
    context.log.warn({ err: error, code }, 'host repair failed');
    return `the host could not be added (${message})`;
  }
}

/** The most probable causes first: a proxy that is not deployed yet, an environment or a name without a group. */
async function repairHost(context: Context, address: string): Promise<string> {
  const { env, signal } = context;
  const { apigeeEnv, name: gateway } = env.gateway;
  const apigee = env.clients.apigee(env.gateway);
  const deployed = await apigee.listDeployments(apigeeEnv, signal);
  if (!deployed.some(({ kind }) => kind === 'proxy')) {
    return `the operator has deployed no proxy in the environment ${apigeeEnv} yet`;
  }
  const groups = await groupsWithEnvironments(context);
  const own = groups.filter(({ environments }) => environments.includes(apigeeEnv));
  const free = groups.find((one) => isMadeByOperator(one) && one.environments.length === 0);
  if (own.length === 0 && free !== undefined) {
    await attach(context, free.name);
    return `attached ${apigeeEnv} to the operator's environment group ${free.name}`;
  }
  if (env.gateway.host !== undefined) return registerHost(context, env.gateway.host, groups);
  const host = nameOfAddress(address);
  if (host === undefined) return `${address} has no domain name that a group would take`;
  const sending = `; if Apigee goes by it, requests carry the header "Host: ${host}"`;
  const group = own.find(({ hostnames }) => hostnames.includes(host)) ?? own[0];
  if (group === undefined) {
    await makeGroup(context, { name: ownGroup(gateway), host });
    return `created environment group ${ownGroup(gateway)} for ${host}${sending}`;
  }
  if (group.hostnames.includes(host)) {
    return `${applying(host, group)}${sending}`;
  }
  const changing = await apigee.setHostnames(group.name, [...group.hostnames, host], signal);
  await follow(context, changing, `add ${host} to ${group.name}`);
  return `added ${host} to environment group ${group.name}${sending}`;
}

/** A configured name gets its own group, which teardown deletes; a group with the name keeps it. */
async function registerHost(
  context: Context,
  host: string,
  groups: readonly GroupWithEnvironments[],
): Promise<string> {
  const { env, signal } = context;
  const { apigeeEnv, name: gateway } = env.gateway;
  const apigee = env.clients.apigee(env.gateway);
  const group = groups.find(({ hostnames }) => hostnames.includes(host));
  if (group?.environments.includes(apigeeEnv) === true) return applying(host, group);
  if (group !== undefined) {
    const environment = await apigee.getEnvironment(apigeeEnv, signal);
    if (environment === undefined || isForeign(context, environment)) {
      return `environment group ${group.name} has ${host}: attach the environment ${apigeeEnv} to it`;
    }
    await attach(context, group.name);
    return `attached ${apigeeEnv} to environment group ${group.name}, which has ${host}`;
  }
  const own = groups.find(({ name }) => name === ownGroup(gateway));
  if (own === undefined) {
    await makeGroup(context, { name: ownGroup(gateway), host });
    return `created environment group ${ownGroup(gateway)} for ${host}`;
  }
  const changing = await apigee.setHostnames(own.name, [...own.hostnames, host], signal);
  await follow(context, changing, `add ${host} to ${own.name}`);
  if (!own.environments.includes(apigeeEnv)) await attach(context, own.name);
  return `added ${host} to environment group ${own.name}`;
}

const applying = (host: string, { name }: EnvironmentGroup): string =>
  `${host} is in environment group ${name}, which takes a few minutes to apply`;

/** Only llmgw adds the gateway's host to a group; the group of our name is ours. */
export async function hostInventory(
  { env, signal }: Context,
  host: string | undefined,
): Promise<Inventory> {
  const groups = await env.clients.apigee(env.gateway).listEnvironmentGroups(signal);
  const ours = groups.flatMap(({ name, hostnames }) => {
    if (name === ownGroup(env.gateway.name)) return [`Environment group ${name}`];
    return namesOf(host)
      .filter((one) => hostnames.includes(one))
      .map((one) => `Host ${one} in environment group ${name}`);
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
      continue;
    }
    const left = group.hostnames.filter((one) => !namesOf(host).includes(one));
    if (left.length === group.hostnames.length) continue;
    const changing = await apigee.setHostnames(group.name, left, signal);
    await settled(context, changing, `remove ${namesOf(host).join(' and ')} from ${group.name}`);
  }
}

/** Names under which a group may hold the address. */
const namesOf = (address: string | undefined): string[] =>
  address === undefined ? [] : [address, nameOfAddress(address) ?? address];

interface GroupWithEnvironments extends EnvironmentGroup {
  readonly environments: readonly string[];
}

function groupsWithEnvironments({ env, signal }: Context): Promise<GroupWithEnvironments[]> {
  const apigee = env.clients.apigee(env.gateway);
  return apigee.listEnvironmentGroups(signal).then((groups) =>
    Promise.all(
      groups.map(async (group) => {
        const attached = await apigee.listEnvironmentGroupAttachments(group.name, signal);
        return { ...group, environments: attached.map(({ environment }) => environment) };
      }),
    ),
  );
}

async function attach(context: Context, group: string): Promise<void> {
  const { env, signal } = context;
  const { apigeeEnv } = env.gateway;
  const apigee = env.clients.apigee(env.gateway);
  const attaching = await apigee.createEnvironmentGroupAttachment(group, apigeeEnv, signal);
  await follow(context, attaching, `attach ${apigeeEnv} to ${group}`);
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
  await attach(context, name);
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
  throw fail('transient', 'still_at_work', `Waiting for Apigee to ${what}`);
}

function follow({ env, signal }: Context, operation: Operation, what: string): Promise<boolean> {
  return followOperation(env.clients.apigee(env.gateway), operation, {
    what,
    forMs: 15_000,
    signal,
  });
}
