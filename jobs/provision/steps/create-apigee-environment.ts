// Step 12: an Apigee environment that can take service extensions, attached to the instance of the gateway's region.
import type { Environment, Instance, Organization } from '../../../src/clients/apigee/schema.ts';
import { LlmgwError, fail } from '../../../src/errors.ts';
import type { Check, Step } from '../../../src/runbook/step.ts';
import { followOperation } from '../apigee-operations.ts';
import type { ProvisionEnv } from '../env.ts';
import { isOurs, madeFor } from '../marks.ts';
import type { Context } from '../objects.ts';

const extensionProperty = { 'apigee-service-extension-enabled': 'true' } as const;

export const createApigeeEnvironment: Step<ProvisionEnv> = {
  id: 'create-apigee-environment',
  title: 'Create the Apigee environment',
  needs: ['check-project'],
  async check(context): Promise<Check> {
    const { environment, organization, isAttached } = await look(context);
    const name = context.env.gateway.apigeeEnv;
    if (environment === undefined) {
      return { state: 'needed', reason: `the environment ${name} is missing` };
    }
    const why = unfit(environment, organization);
    if (why !== undefined) return { state: 'refused', why: why.fault };
    if (!hasProperty(environment)) {
      return { state: 'drifted', what: [`the environment ${name} does not allow extensions`] };
    }
    if (!isAttached || !isActive(environment)) {
      return { state: 'needed', reason: lacks(environment, { isAttached }) };
    }
    return { state: 'done', output: { environment: name } };
  },
  async apply(context) {
    const { environment, organization, instance, isAttached } = await look(context);
    const { signal } = context;
    const apigee = apigeeOf(context);
    const { apigeeEnv, name } = context.env.gateway;
    if (environment === undefined) {
      const operation = await apigee.createEnvironment(
        {
          name: apigeeEnv,
          displayName: apigeeEnv,
          description: madeFor(name),
          type: knowsTypes(organization) ? 'COMPREHENSIVE' : undefined,
          properties: extensionProperty,
        },
        signal,
      );
      const what = `create the environment ${apigeeEnv}`;
      await followOperation(apigee, operation, { what, forMs: 10_000, signal });
      return;
    }
    if (!hasProperty(environment)) {
      await apigee.setEnvironmentProperties(environment, extensionProperty, signal);
    }
    if (!isAttached && isActive(environment)) await attach(context, instance);
  },
  async wait(context) {
    const { environment, instance, isAttached } = await look(context);
    const { apigeeEnv } = context.env.gateway;
    if (environment === undefined)
      return { state: 'notYet', seen: `${apigeeEnv} is not there yet` };
    if (isActive(environment) && isAttached) {
      return { state: 'ready', output: { environment: apigeeEnv } };
    }
    // Only an active environment can be attached, so this second half comes here.
    if (isActive(environment)) await attach(context, instance);
    return { state: 'notYet', seen: lacks(environment, { isAttached }) };
  },
  undo,
  deadlineMs: 30 * 60_000,
  expectMs: 3 * 60_000,
  retry: 'cloud',
};

interface Seen {
  readonly organization: Organization;
  readonly instance: Instance;
  readonly environment: Environment | undefined;
  readonly isAttached: boolean;
}

async function look(context: Context): Promise<Seen> {
  const { signal } = context;
  const { apigeeEnv, apigeeOrg, apigeeRegion } = context.env.gateway;
  const apigee = apigeeOf(context);
  const [organization, instances, environment] = await Promise.all([
    apigee.getOrganization(signal),
    apigee.listInstances(signal),
    apigee.getEnvironment(apigeeEnv, signal),
  ]);
  if (organization === undefined) {
    throw fail(
      'refused',
      'no_apigee_organization',
      `There is no Apigee organization ${apigeeOrg}`,
      {
        next: 'Provision Apigee X for the project, or correct APIGEE_ORG.',
      },
    );
  }
  const instance = instances.find(({ location }) => location === apigeeRegion);
  if (instance === undefined) {
    throw fail('refused', 'no_apigee_instance', `Apigee has no instance in ${apigeeRegion}`, {
      next: `Create an Apigee instance in ${apigeeRegion}, or choose the region of an existing one.`,
    });
  }
  const attachments = await apigee.listAttachments(instance.name, signal);
  const isAttached = attachments.some((one) => one.environment === apigeeEnv);
  return { organization, instance, environment, isAttached };
}

/** Attaching what is being attached is refused by Apigee: not an error, but a reason to look again. */
async function attach(context: Context, instance: Instance): Promise<void> {
  const { signal } = context;
  const { apigeeEnv } = context.env.gateway;
  const apigee = apigeeOf(context);
  try {
    const operation = await apigee.createAttachment(instance.name, apigeeEnv, signal);
    const what = `attach the environment ${apigeeEnv} to ${instance.name}`;
    await followOperation(apigee, operation, { what, forMs: 10_000, signal });
  } catch (error) {
    const underWay = ['already_exists', 'conflict', 'failed_precondition'];
    if (error instanceof LlmgwError && underWay.includes(error.fault.code)) return;
    throw error;
  }
}

async function undo(context: Context): Promise<void> {
  const { signal } = context;
  const { apigeeEnv, apigeeRegion, name } = context.env.gateway;
  const apigee = apigeeOf(context);
  const environment = await apigee.getEnvironment(apigeeEnv, signal);
  if (environment === undefined || !isOurs(environment.description, name)) return;
  for (const instance of await apigee.listInstances(signal)) {
    if (instance.location !== apigeeRegion) continue;
    for (const attachment of await apigee.listAttachments(instance.name, signal)) {
      if (attachment.environment !== apigeeEnv) continue;
      const id = attachment.name.split('/').at(-1) ?? attachment.name;
      const detaching = await apigee.deleteAttachment(instance.name, id, signal);
      if (detaching === undefined) continue;
      const what = `detach the environment ${apigeeEnv}`;
      await finished(followOperation(apigee, detaching, { what, forMs: 20_000, signal }));
    }
  }
  const deleting = await apigee.deleteEnvironment(apigeeEnv, signal);
  if (deleting === undefined) return;
  const what = `delete the environment ${apigeeEnv}`;
  await finished(followOperation(apigee, deleting, { what, forMs: 20_000, signal }));
}

async function finished(isDone: Promise<boolean>): Promise<void> {
  if (await isDone) return;
  throw fail('transient', 'still_at_work', 'Apigee is still taking the environment away');
}

const apigeeOf = ({ env }: Context) => env.clients.apigee(env.gateway);

const isActive = ({ state }: Environment): boolean => state === undefined || state === 'ACTIVE';

const hasProperty = ({ properties }: Environment): boolean =>
  Object.entries(extensionProperty).every(([name, value]) =>
    properties.property.some((one) => one.name === name && one.value === value),
  );

/** Older subscriptions know no environment types; all others would make a BASE one, which takes no extensions. */
const knowsTypes = ({ billingType, subscriptionPlan }: Organization): boolean =>
  billingType !== 'SUBSCRIPTION' || subscriptionPlan === 'SUBSCRIPTION_2024';

function unfit({ name, type }: Environment, organization: Organization): LlmgwError | undefined {
  if (type !== 'BASE' || !knowsTypes(organization)) return undefined;
  return fail(
    'refused',
    'environment_too_small',
    `The environment ${name} is of type BASE, which takes no extensions`,
    {
      next: 'Set APIGEE_ENV to another name, or change its type to COMPREHENSIVE in the Apigee console.',
    },
  );
}

function lacks(environment: Environment, { isAttached }: { readonly isAttached: boolean }): string {
  if (!isActive(environment)) return `${environment.name} is ${environment.state ?? 'not active'}`;
  return isAttached
    ? `${environment.name} is attached`
    : `${environment.name} is not attached to the instance yet`;
}
