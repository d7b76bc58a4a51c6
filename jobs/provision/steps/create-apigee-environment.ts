// Step: Apigee environment with service extensions, attached to the region's instance.
import type { FaultCode } from '../../../src/kernel/fault-codes.ts';
import type {
  ApigeeEnvironment,
  Instance,
  Organization,
} from '../../../src/clients/apigee/schema.ts';
import { LlmgwError, fail } from '../../../src/kernel/errors.ts';
import type { Check, Step } from '../../../src/engine/step.ts';
import { takesType, unfitEnvironment } from '../step-parts/apigee-environment-kind.ts';
import {
  describeChange,
  extensionProperty,
  isForeign,
  withNote,
} from '../step-parts/borrowed-environment.ts';
import { followOperation } from '../step-parts/apigee-operations.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { madeFor } from '../../../src/gateway/ownership.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { environmentRemoval } from '../step-parts/remove-environment.ts';

const underWay: readonly FaultCode[] = [
  'already_exists',
  'busy',
  'conflict',
  'failed_precondition',
];

export const createApigeeEnvironment: Step<ProvisionEnv> = {
  id: 'create-apigee-environment',
  title: 'Create Apigee environment',
  needs: ['check-project'],
  kind: 'make',
  async check(context): Promise<Check> {
    const { environment, organization, isAttached } = await read(context);
    const name = context.env.gateway.apigeeEnv;
    if (environment === undefined) {
      return { state: 'needed', why: 'absent', reason: `environment ${name} is missing` };
    }
    const why = unfitEnvironment(environment, organization);
    if (why !== undefined) return { state: 'refused', why };
    if (!hasProperty(environment)) {
      return { state: 'drifted', what: [await describeChange(context, environment)] };
    }
    if (!isAttached || !isActive(environment)) {
      return { state: 'needed', why: 'not_ready', reason: unmet(environment, { isAttached }) };
    }
    return { state: 'done', output: { environment: name } };
  },
  async apply(context) {
    const { environment, organization, instance, isAttached } = await read(context);
    if (environment === undefined) return create(context, organization);
    if (!hasProperty(environment)) {
      const { signal } = context;
      const noted = isForeign(context, environment) ? withNote(environment) : environment;
      await apigeeOf(context).setEnvironmentProperties(noted, extensionProperty, signal);
    }
    if (!isAttached && isActive(environment)) await attach(context, instance);
  },
  async wait(context) {
    const { environment, organization, instance, isAttached } = await read(context);
    const { apigeeEnv } = context.env.gateway;
    if (environment === undefined) {
      // An accepted creation that failed later leaves nothing behind.
      await create(context, organization);
      return { state: 'notYet', seen: `${apigeeEnv} does not exist yet` };
    }
    if (isActive(environment) && isAttached) {
      return { state: 'ready', output: { environment: apigeeEnv } };
    }
    // Only an active environment can be attached, so the attachment waits until here.
    const said = isActive(environment) ? await attach(context, instance) : undefined;
    const seen = unmet(environment, { isAttached });
    return { state: 'notYet', seen: said === undefined ? seen : `${seen} (${said})` };
  },
  continuesAfterCancel: 'creating the Apigee environment',
  undo: environmentRemoval,
  deadlineMs: 30 * 60_000,
  expectMs: 6 * 60_000,
  retry: 'cloud',
};

interface Seen {
  readonly organization: Organization;
  readonly instance: Instance;
  readonly environment: ApigeeEnvironment | undefined;
  readonly isAttached: boolean;
}

async function read(context: Context): Promise<Seen> {
  const { signal } = context;
  const { apigeeEnv, apigeeOrg, apigeeRegion } = context.env.gateway;
  const apigee = apigeeOf(context);
  const [organization, instances, environment] = await Promise.all([
    apigee.getOrganization(signal),
    apigee.listInstances(signal),
    apigee.getEnvironment(apigeeEnv, signal),
  ]);
  if (organization === undefined) {
    throw fail('refused', 'no_apigee_organization', `Apigee organization ${apigeeOrg} not found`, {
      next: 'Provision Apigee X for the project, or correct APIGEE_ORG.',
    });
  }
  const instance = instances.find(({ location }) => location === apigeeRegion);
  if (instance === undefined) {
    throw fail('refused', 'no_apigee_instance', `Apigee has no instance in ${apigeeRegion}`, {
      next: `Create an Apigee instance in ${apigeeRegion}, or set REGION and ZONE to those of an existing one.`,
    });
  }
  const attachments = await apigee.listAttachments(instance.name, signal);
  const isAttached = attachments.some((one) => one.environment === apigeeEnv);
  return { organization, instance, environment, isAttached };
}

async function create(context: Context, organization: Organization): Promise<void> {
  const { env, signal } = context;
  const { apigeeEnv, name } = env.gateway;
  const apigee = apigeeOf(context);
  const operation = await apigee.createEnvironment(
    {
      name: apigeeEnv,
      displayName: apigeeEnv,
      description: madeFor(name),
      type: takesType(organization) ? 'COMPREHENSIVE' : undefined,
      properties: extensionProperty,
    },
    signal,
  );
  const what = `create environment ${apigeeEnv}`;
  await followOperation(apigee, operation, { what, forMs: 10_000, signal });
}

/** Apigee refuses a second attachment while one is in progress, so this is no error. @returns its message. */
async function attach(context: Context, instance: Instance): Promise<string | undefined> {
  const { signal } = context;
  const { apigeeEnv } = context.env.gateway;
  const apigee = apigeeOf(context);
  try {
    const operation = await apigee.createAttachment(instance.name, apigeeEnv, signal);
    const what = `attach environment ${apigeeEnv} to ${instance.name}`;
    await followOperation(apigee, operation, { what, forMs: 10_000, signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof LlmgwError) || !underWay.includes(error.fault.code)) throw error;
    return error.fault.message;
  }
}

const apigeeOf = ({ env }: Context) => env.clients.apigee(env.gateway);

const isActive = ({ state }: ApigeeEnvironment): boolean =>
  state === undefined || state === 'ACTIVE';

const hasProperty = ({ properties }: ApigeeEnvironment): boolean =>
  Object.entries(extensionProperty).every(([name, value]) =>
    properties.property.some((one) => one.name === name && one.value === value),
  );

function unmet(
  environment: ApigeeEnvironment,
  { isAttached }: { readonly isAttached: boolean },
): string {
  if (!isActive(environment)) return `${environment.name} is ${environment.state ?? 'not active'}`;
  return isAttached
    ? `${environment.name} is attached`
    : `${environment.name} is not attached to the instance yet`;
}
