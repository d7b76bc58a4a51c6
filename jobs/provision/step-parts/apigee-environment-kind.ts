// Apigee environment types and their support for service extensions.
import type { ApigeeEnvironment, Organization } from '../../../src/clients/apigee/schema.ts';
import { type Fault, fail } from '../../../src/kernel/errors.ts';

/** Only pay-as-you-go organizations accept a type; without one they create BASE environments, which take no extensions. */
export const takesType = ({ billingType }: Organization): boolean =>
  billingType === undefined || billingType === 'PAYG';

/** Why an existing environment takes no extensions, with the fix; undefined when it does. */
export function unfitEnvironment(
  environment: ApigeeEnvironment,
  organization: Organization,
): Fault | undefined {
  const why = unfitKind(environment, organization);
  if (why === undefined) return undefined;
  const { name, type } = environment;
  const text = `Apigee environment ${name} ${why}, so it supports no service extensions`;
  const upgrade =
    type === 'BASE' ? `, or change its type to COMPREHENSIVE in the Apigee console` : '';
  return fail('refused', 'environment_unfit', text, {
    next: `Set APIGEE_ENV to a new name, so that llmgw creates a suitable environment${upgrade}.`,
  }).fault;
}

function unfitKind(
  { type, deploymentType, apiProxyType }: ApigeeEnvironment,
  organization: Organization,
): string | undefined {
  if (type === 'BASE' && takesType(organization)) return 'has type BASE';
  if (deploymentType === 'ARCHIVE') return 'deploys archives, not proxies';
  if (apiProxyType === 'CONFIGURABLE') return 'is for configurable proxies only';
  return undefined;
}
