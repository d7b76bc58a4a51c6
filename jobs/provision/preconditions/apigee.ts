// Preconditions of Apigee: an organization with a recent instance in the gateway's region, and an environment that can take extensions.
import type { Instance, Organization } from '../../../src/clients/apigee/schema.ts';
import { type Fault, LlmgwError, fail } from '../../../src/kernel/errors.ts';
import { unfitEnvironment } from '../step-parts/apigee-environment-kind.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { isAtLeast, versions } from '../step-parts/versions.ts';

export async function checkApigee({ env, signal }: Context): Promise<Fault[]> {
  const { apigeeEnv, apigeeOrg } = env.gateway;
  const apigee = env.clients.apigee(env.gateway);
  const organization = await orUnknown(apigee.getOrganization(signal));
  const missing = checkOrganization(organization, apigeeOrg);
  if (organization === undefined || missing !== undefined) {
    return missing === undefined ? [] : [missing];
  }
  const [instances, environment] = await Promise.all([
    apigee.listInstances(signal),
    apigee.getEnvironment(apigeeEnv, signal),
  ]);
  const problems = [
    checkInstance(instances, env.gateway),
    environment === undefined ? undefined : unfitEnvironment(environment, organization),
  ];
  return problems.filter((problem) => problem !== undefined);
}

/** Apigee denies what does not exist as it denies what may not be seen. */
async function orUnknown<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (error instanceof LlmgwError && error.fault.code === 'denied') return undefined;
    throw error;
  }
}

function checkOrganization(found: Organization | undefined, name: string): Fault | undefined {
  if (found === undefined) {
    return fail(
      'refused',
      'no_apigee_organization',
      `There is no Apigee organization ${name}, or the bot may not see it`,
      {
        next: `Provision Apigee X at https://console.cloud.google.com/apigee?project=${name}, correct APIGEE_ORG, or give the bot roles/apigee.admin on its project.`,
      },
    ).fault;
  }
  if (found.runtimeType === 'HYBRID') {
    const text = `Apigee organization ${name} is hybrid, and the gateway needs Apigee X`;
    return fail('refused', 'apigee_hybrid', text, {
      next: 'Set APIGEE_ORG to an organization whose runtime Google runs.',
    }).fault;
  }
  return undefined;
}

function checkInstance(
  instances: readonly Instance[],
  { apigeeOrg, apigeeRegion }: { readonly apigeeOrg: string; readonly apigeeRegion: string },
): Fault | undefined {
  const instance = instances.find(({ location }) => location === apigeeRegion);
  if (instance === undefined) {
    const others = instances.map(({ location }) => location).join(', ');
    const text = `Apigee organization ${apigeeOrg} has no instance in ${apigeeRegion}${others === '' ? '' : `, only in ${others}`}`;
    return fail('refused', 'no_apigee_instance', text, {
      next: `Create an Apigee instance in ${apigeeRegion}${others === '' ? '' : `, or set REGION and ZONE to where one is (${others})`}.`,
    }).fault;
  }
  const { name, runtimeVersion, state = 'ACTIVE' } = instance;
  if (state !== 'ACTIVE' && state !== 'UPDATING') {
    return fail('refused', 'apigee_not_active', `Apigee instance ${name} is ${state}`, {
      next: `Wait until it is active: https://console.cloud.google.com/apigee/instances?project=${apigeeOrg}.`,
    }).fault;
  }
  if (runtimeVersion === undefined || isAtLeast(runtimeVersion, versions.leastApigee)) {
    return undefined;
  }
  const text = `Apigee instance ${name} runs ${runtimeVersion}, and the gateway needs ${versions.leastApigee}`;
  return fail('refused', 'apigee_too_old', text, {
    next: 'Wait for its automatic upgrade, or ask Google Cloud support for an earlier one.',
  }).fault;
}
