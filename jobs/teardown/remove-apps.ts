// Teardown step: deletes developer apps on request.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { isCreatedHere } from '../../src/gateway/ownership.ts';
import type { Developer } from '../../src/clients/apigee/schema.ts';
import type { Step } from '../../src/engine/step.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import type { Context } from '../../src/gateway/objects.ts';
import { isAppOf } from '../../src/gateway/resources.ts';
import { readTeardownInput } from './options.ts';
import { inventoryOf } from './inventory.ts';

export const removeApps: Step<ProvisionEnv> = {
  id: 'remove-apps',
  title: 'Delete developer apps',
  needs: [],
  kind: 'remove',
  async check(context) {
    if (!readTeardownInput(context.input).removeApps) return { state: 'done' };
    const apps = await remainingApps(context);
    return apps.length === 0
      ? { state: 'done' }
      : { state: 'needed', why: 'not_ready', of: apps, reason: formatApps(apps) };
  },
  async apply(context) {
    const { env, signal } = context;
    const apigee = env.clients.apigee(env.gateway);
    for (const { email, ours, others, isOurs } of await ownersOf(context)) {
      for (const app of ours) await apigee.deleteApp({ email, app }, signal);
      if (isOurs && others === 0) await apigee.deleteDeveloper(email, signal);
    }
  },
  async wait(context) {
    const apps = await remainingApps(context);
    return apps.length === 0
      ? { state: 'ready' }
      : { state: 'notYet', seen: `still there: ${formatApps(apps)}` };
  },
  undo: {
    none: guidance`Deleted keys cannot be restored; ${slashCommand('key')} issues new ones.`,
  },
  deadlineMs: 20 * 60_000,
  expectMs: 10_000,
  retry: 'patient',
};

/** Their names. */
export async function remainingApps(context: Context): Promise<string[]> {
  const inventory = async () => {
    const owners = await ownersOf(context);
    const ours = owners.flatMap(({ email, ours: apps }) =>
      apps.map((app) => `App ${app} of ${email}`),
    );
    return { ours, foreign: [] };
  };
  return [...(await inventoryOf({ inventory }, context)).ours];
}

interface Owner extends Pick<Developer, 'email'> {
  /** Apps of the gateway that llmgw created. */
  readonly ours: readonly string[];
  readonly others: number;
  /** llmgw created the developer too. */
  readonly isOurs: boolean;
}

/** Developers with an app of the gateway that llmgw created. */
async function ownersOf({ env, signal }: Context): Promise<Owner[]> {
  const apigee = env.clients.apigee(env.gateway);
  const isOfGateway = isAppOf(env.gateway.name);
  const developers = await apigee.developersWithApp(isOfGateway, signal);
  const owners = await Promise.all(
    developers.map(async ({ email, apps, attributes }) => {
      const found = await Promise.all(
        apps.filter(isOfGateway).map((app) => apigee.getApp({ email, app }, signal)),
      );
      const ours = found.flatMap((app) =>
        app !== undefined && isCreatedHere(app) ? [app.name] : [],
      );
      return {
        email,
        ours,
        others: apps.length - ours.length,
        isOurs: isCreatedHere({ attributes }),
      };
    }),
  );
  return owners.filter(({ ours }) => ours.length > 0);
}

const formatApps = (apps: readonly string[]): string =>
  apps.length <= 3 ? apps.join(', ') : `${apps.slice(0, 3).join(', ')} and ${apps.length - 3} more`;
