// Changes to an Apigee environment that llmgw did not create, recorded and reversible.
import type { ApigeeEnvironment } from '../../../src/clients/apigee/schema.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { isMadeFor } from '../../../src/gateway/ownership.ts';
import { backendServiceName } from '../../../src/gateway/resources.ts';
import { otherDeployments } from './operator-deployments.ts';

export const extensionProperty = { 'apigee-service-extension-enabled': 'true' } as const;
const property = 'apigee-service-extension-enabled';

/** At the end of the description, as no other field of an environment can hold a note. */
const note = /\s*\[llmgw set apigee-service-extension-enabled, it was "([^"]*)"\]$/;

const valueIn = ({ properties }: ApigeeEnvironment): string | undefined =>
  properties.property.find(({ name }) => name === property)?.value;

export const isForeign = ({ env }: Context, { description }: ApigeeEnvironment): boolean =>
  !isMadeFor(description, env.gateway.name);

/** Whether llmgw has set the property: then teardown restores it. */
export const isBorrowed = ({ description = '' }: ApigeeEnvironment): boolean =>
  note.test(description);

/** With the earlier value in its description; unchanged if one is recorded already. */
export function withNote(environment: ApigeeEnvironment): ApigeeEnvironment {
  if (isBorrowed(environment)) return environment;
  const { description = '' } = environment;
  const was = valueIn(environment) ?? '';
  const added = `[llmgw set ${property}, it was "${was}"]`;
  return { ...environment, description: `${description} ${added}`.trim() };
}

/** The state before the change by llmgw. */
export function withoutNote(environment: ApigeeEnvironment): ApigeeEnvironment {
  const { description = '', properties } = environment;
  const was = note.exec(description)?.[1] ?? '';
  const others = properties.property.filter(({ name }) => name !== property);
  return {
    ...environment,
    description: description.replace(note, ''),
    properties: { property: was === '' ? others : [...others, { name: property, value: was }] },
  };
}

/** Other gateways of this bot whose proxies are deployed in it. */
export async function borrowers(context: Context): Promise<string[]> {
  const { neighbours = [] } = context.env;
  const deployed = await otherDeployments(context);
  return neighbours
    .map(({ name }) => name)
    .filter((name) => deployed.some((one) => one.name === backendServiceName(name)));
}

/** The plan's question: the change, the environment's owner and its deployments. */
export async function describeChange(
  context: Context,
  environment: ApigeeEnvironment,
): Promise<string> {
  const { name } = environment;
  if (!isForeign(context, environment)) return `the environment ${name} does not allow extensions`;
  const deployed = await otherDeployments(context);
  const names = [...new Set(deployed.map((one) => one.name))];
  const shown = names.slice(0, 3).join(', ');
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  const runs = names.length === 0 ? '' : ` It runs ${shown}${more}, which this change may break.`;
  const was = valueIn(environment) ?? 'unset';
  return `the environment ${name} was not made by llmgw.${runs} ${property} goes from ${was} to true; teardown puts it back`;
}
