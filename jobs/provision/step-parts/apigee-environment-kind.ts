// Which Apigee environments can take service extensions. Pure.
import type { ApigeeEnvironment, Organization } from '../../../src/clients/apigee/schema.ts';
import { type Fault, fail } from '../../../src/kernel/errors.ts';

/** Only pay-as-you-go organizations take a type, and make a BASE environment, which takes no extensions, without one. */
export const takesType = ({ billingType }: Organization): boolean =>
  billingType === undefined || billingType === 'PAYG';

/** Why an existing environment can take no extensions, with what mends it; undefined when it can. */
export function unfitEnvironment(
  environment: ApigeeEnvironment,
  organization: Organization,
): Fault | undefined {
  const why = unfitKind(environment, organization);
  if (why === undefined) return undefined;
  const { name, type } = environment;
  const text = `Apigee environment ${name} ${why}, and can take no service extensions`;
  const upgrade =
    type === 'BASE' ? `, or change its type to COMPREHENSIVE in the Apigee console` : '';
  return fail('refused', 'environment_unfit', text, {
    next: `Set APIGEE_ENV to a name that is free, so that llmgw makes one that can${upgrade}.`,
  }).fault;
}

function unfitKind(
  { type, deploymentType, apiProxyType }: ApigeeEnvironment,
  organization: Organization,
): string | undefined {
  if (type === 'BASE' && takesType(organization)) return 'is of type BASE';
  if (deploymentType === 'ARCHIVE') return 'deploys archives, not proxies';
  if (apiProxyType === 'CONFIGURABLE') return 'is for configurable proxies only';
  return undefined;
}
