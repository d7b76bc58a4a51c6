// Preconditions of Apigee: an organization, with an instance in the gateway's region that is recent enough.
import { type Fault, fail } from '../../../src/errors.ts';
import type { Context } from '../objects.ts';
import { isAtLeast, versions } from '../versions.ts';

export async function checkApigee({ env, signal }: Context): Promise<Fault[]> {
  const { apigeeOrg, apigeeRegion } = env.gateway;
  const apigee = env.clients.apigee(env.gateway);
  if ((await apigee.getOrganization(signal)) === undefined) {
    return [
      fail('refused', 'no_apigee_organization', `There is no Apigee organization ${apigeeOrg}`, {
        next: `Provision Apigee X at https://console.cloud.google.com/apigee?project=${apigeeOrg}, or correct APIGEE_ORG.`,
      }).fault,
    ];
  }
  const instances = await apigee.listInstances(signal);
  const instance = instances.find(({ location }) => location === apigeeRegion);
  if (instance === undefined) {
    const others = instances.map(({ location }) => location).join(', ');
    const text = `Apigee organization ${apigeeOrg} has no instance in ${apigeeRegion}${others === '' ? '' : `, only in ${others}`}`;
    return [
      fail('refused', 'no_apigee_instance', text, {
        next: `Create an Apigee instance in ${apigeeRegion}, or set REGION and ZONE to where one is.`,
      }).fault,
    ];
  }
  const { name, runtimeVersion } = instance;
  if (runtimeVersion === undefined || isAtLeast(runtimeVersion, versions.leastApigee)) return [];
  const text = `Apigee instance ${name} runs ${runtimeVersion}, and the gateway needs ${versions.leastApigee}`;
  return [
    fail('refused', 'apigee_too_old', text, {
      next: 'Wait for its automatic upgrade, or ask Google Cloud support for an earlier one.',
    }).fault,
  ];
}
