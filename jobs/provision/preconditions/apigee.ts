// Preconditions of Apigee: organization, instance and environment.
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

/** Apigee answers 403 for a missing organization too. */
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
      `Apigee organization ${name} not found, or the bot has no access to it`,
      {
        next: `Provision Apigee X at https://console.cloud.google.com/apigee?project=${name}, correct APIGEE_ORG, or grant the bot roles/apigee.admin on its project.`,
      },
    ).fault;
  }
  if (found.runtimeType === 'HYBRID') {
    const text = `Apigee organization ${name} is hybrid, but the gateway needs Apigee X`;
    return fail('refused', 'apigee_hybrid', text, {
      next: 'Set APIGEE_ORG to an Apigee X organization.',
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
      next: `Create an Apigee instance in ${apigeeRegion}${others === '' ? '' : `, or set REGION and ZONE to those of an existing one (${others})`}.`,
    }).fault;
  }
  const { name, runtimeVersion, state = 'ACTIVE' } = instance;
  if (state !== 'ACTIVE' && state !== 'UPDATING') {
    return fail('refused', 'apigee_not_active', `Apigee instance ${name} is ${state}`, {
      next: `Wait until it is ACTIVE: https://console.cloud.google.com/apigee/instances?project=${apigeeOrg}.`,
    }).fault;
  }
  if (runtimeVersion === undefined || isAtLeast(runtimeVersion, versions.leastApigee)) {
    return undefined;
  }
  const text = `Apigee instance ${name} runs ${runtimeVersion}, but the gateway needs ${versions.leastApigee}`;
  return fail('refused', 'apigee_too_old', text, {
    next: 'Wait for the automatic upgrade, or ask Google Cloud support to upgrade it now.',
  }).fault;
}
