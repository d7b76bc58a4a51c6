// Removal of the Apigee environment, its group memberships and attachments.
import type { ApigeeClient } from '../../../src/clients/apigee/client.ts';
import type { EnvironmentGroup, Operation } from '../../../src/clients/apigee/schema.ts';
import { fail } from '../../../src/kernel/errors.ts';
import type { Removal } from '../../../src/engine/step.ts';
import { followOperation } from './apigee-operations.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { isMadeFor } from '../../../src/gateway/ownership.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { emptyInventory } from './removal.ts';

/** An environment includes its groups and attachments. */
export const environmentRemoval: Removal<ProvisionEnv> = {
  title: 'Delete Apigee environment',
  expectMs: 60_000,
  continuesAfterCancel: 'deleting the Apigee environment',
  async inventory({ env, signal }) {
    const { apigeeEnv, name } = env.gateway;
    const found = await env.clients.apigee(env.gateway).getEnvironment(apigeeEnv, signal);
    if (found === undefined) return emptyInventory;
    const named = `Apigee environment ${apigeeEnv}`;
    return isMadeFor(found.description, name)
      ? { ours: [named], foreign: [] }
      : { ours: [], foreign: [named] };
  },
  remove: removeEnvironment,
};

/** Ignores an environment that llmgw did not create. */
async function removeEnvironment(context: Context): Promise<void> {
  const { env, signal } = context;
  const { apigeeEnv, name } = env.gateway;
  const apigee = env.clients.apigee(env.gateway);
  const environment = await apigee.getEnvironment(apigeeEnv, signal);
  if (environment === undefined || !isMadeFor(environment.description, name)) return;
  await leaveGroups(context, apigee);
  await leaveInstance(context, apigee);
  const deleting = await apigee.deleteEnvironment(apigeeEnv, signal);
  await finish(context, deleting, `delete environment ${apigeeEnv}`);
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
    const wasOwn = own.length > 0 || isNamedAfter(group, apigeeEnv);
    if (wasOwn && own.length === attached.length && isMadeByOperator(group)) {
      const deleting = await apigee.deleteEnvironmentGroup(group.name, signal);
      await finish(context, deleting, `delete environment group ${group.name}`);
    }
  }
}

/** The Apigee operator uses hosts of this kind only. */
const isMadeByOperator = ({ hostnames }: EnvironmentGroup): boolean =>
  hostnames.length > 0 && hostnames.every((host) => host.endsWith('.svc.google.com'));

/** Identifies the group by its hosts after a crash between the detachment and the deletion. */
const isNamedAfter = ({ hostnames }: EnvironmentGroup, environment: string): boolean =>
  hostnames.every((host) => host.startsWith(`${environment}-group-`));

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
  throw fail('transient', 'still_at_work', `Apigee still has to ${what}`);
}

const lastPart = (name: string): string => name.split('/').at(-1) ?? name;
