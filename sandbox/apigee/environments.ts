// Environments of each type, created and deleted by operations.
import type { SandboxContext } from '../core/context.ts';
import { ApiError, invalidArgument } from '../google/api-error.ts';
import { recordOf, recordsOf, textOf } from '../google/read-body.ts';
import type { ApiCall, ApiMethod } from '../google/serve-api.ts';
import { deploymentsIn } from './deployments.ts';
import { environmentOf, organizationOf } from './lookup.ts';
import type { Operations } from './operations.ts';
import { precondition } from './organizations.ts';
import { showEnvironment, showOperation } from './show.ts';
import type { ApigeeState, Environment, Organization } from './state.ts';

const collection = '/v1/organizations/{organization}/environments';
const types = ['BASE', 'INTERMEDIATE', 'COMPREHENSIVE'] as const;

export function environmentMethods(
  ctx: SandboxContext,
  state: ApigeeState,
  operations: Operations,
): ApiMethod[] {
  const found = (call: ApiCall): Environment =>
    environmentOf(organizationOf(state, call), call.params['environment'] ?? '');
  return [
    {
      id: 'apigee.organizations.environments.create',
      verb: 'POST',
      path: collection,
      permission: 'apigee.environments.create',
      answer: (call) => {
        const org = organizationOf(state, call);
        const environment = readEnvironment(org, call, ctx.clock.now());
        if (org.environments[environment.name] !== undefined) {
          throw new ApiError(409, `environment "${environment.name}" already exists`);
        }
        const effect = { kind: 'environment-ready', environment: environment.name } as const;
        const target = `environments/${environment.name}`;
        const operation = operations.start(org, { operationType: 'INSERT', target, effect });
        org.environments[environment.name] = environment;
        return showOperation(operation);
      },
    },
    {
      id: 'apigee.organizations.environments.get',
      verb: 'GET',
      path: `${collection}/{environment}`,
      permission: 'apigee.environments.get',
      answer: (call) => showEnvironment(found(call)),
    },
    {
      id: 'apigee.organizations.environments.update',
      verb: 'PUT',
      path: `${collection}/{environment}`,
      permission: 'apigee.environments.update',
      answer: (call) => {
        const environment = found(call);
        operations.assertUnlocked(organizationOf(state, call));
        update(environment, call);
        ctx.changed('apigee');
        return showEnvironment(environment);
      },
    },
    {
      id: 'apigee.organizations.environments.delete',
      verb: 'DELETE',
      path: `${collection}/{environment}`,
      permission: 'apigee.environments.delete',
      answer: (call) => {
        const org = organizationOf(state, call);
        const environment = found(call);
        assertUnused(org, environment, operations);
        assertUndeployed(environment, ctx);
        const effect = { kind: 'environment-gone', environment: environment.name } as const;
        const target = `environments/${environment.name}`;
        const operation = operations.start(org, { operationType: 'DELETE', target, effect });
        environment.state = 'DELETING';
        return showOperation(operation);
      },
    },
  ];
}

function readEnvironment(org: Organization, call: ApiCall, now: number): Environment {
  const name = textOf(call.body, 'name');
  if (!/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(name)) {
    throw invalidArgument(`invalid environment name "${name}"`);
  }
  const description = textOf(call.body, 'description');
  return {
    name,
    displayName: textOf(call.body, 'displayName') || name,
    ...(description === '' ? {} : { description }),
    state: 'CREATING',
    type: readType(org, textOf(call.body, 'type')),
    deploymentType: textOf(call.body, 'deploymentType') || 'PROXY',
    apiProxyType: textOf(call.body, 'apiProxyType') || 'PROGRAMMABLE',
    properties: readProperties(call),
    createdAt: now,
  };
}

/** A pay-as-you-go environment defaults to BASE; other plans have no types. */
function readType(org: Organization, wanted: string): Environment['type'] {
  const isTyped = (org.billingType ?? 'PAYG') === 'PAYG';
  if (wanted === '' || wanted === 'ENVIRONMENT_TYPE_UNSPECIFIED') {
    return isTyped ? 'BASE' : 'COMPREHENSIVE';
  }
  const found = types.find((type) => type === wanted);
  if (found === undefined) throw invalidArgument(`invalid environment type "${wanted}"`);
  if (!isTyped) {
    throw precondition('environment type can be set for Pay-as-you-go organizations only');
  }
  return found;
}

function readProperties(call: ApiCall): Record<string, string> {
  const list = recordsOf(recordOf(call.body, 'properties'), 'property');
  return Object.fromEntries(list.map((one) => [textOf(one, 'name'), textOf(one, 'value')]));
}

/** PUT replaces the mutable fields; name, type and kind of deployment are immutable. */
function update(environment: Environment, call: ApiCall): void {
  const fixed = ['name', 'type', 'deploymentType', 'apiProxyType'] as const;
  const changed = fixed.find((field) => {
    const wanted = textOf(call.body, field);
    return wanted !== '' && wanted !== environment[field];
  });
  if (changed !== undefined) throw invalidArgument(`field ${changed} cannot be updated`);
  const description = textOf(call.body, 'description');
  environment.displayName = textOf(call.body, 'displayName') || environment.name;
  if (description === '') delete environment.description;
  else environment.description = description;
  environment.properties = readProperties(call);
}

function assertUnused(org: Organization, { name }: Environment, operations: Operations): void {
  const instance = Object.values(org.instances).find((one) =>
    Object.values(one.attachments).some((attachment) => attachment.environment === name),
  );
  const isComing = operations.isPending(
    org,
    (effect) => effect.kind === 'attached' && effect.environment === name,
  );
  if (instance !== undefined || isComing) {
    throw precondition(`environment "${name}" is attached to an instance; detach it first`);
  }
  const group = Object.values(org.envgroups).find((one) =>
    Object.values(one.attachments).some((attachment) => attachment.environment === name),
  );
  if (group !== undefined) {
    throw precondition(
      `environment "${name}" is attached to environment group "${group.name}"; detach it first`,
    );
  }
}

/** The text of the real error is not published; its code is. */
function assertUndeployed(
  { name, flowHooks = {}, ...rest }: Environment,
  ctx: SandboxContext,
): void {
  const [deployed] = deploymentsIn({ name, ...rest }, ctx);
  if (deployed !== undefined) {
    throw precondition(
      `generic::failed_precondition: environment "${name}" has deployments: ${deployed.name} revision ${deployed.revision}`,
    );
  }
  const [hook] = Object.keys(flowHooks);
  if (hook !== undefined) {
    throw precondition(
      `generic::failed_precondition: environment "${name}" has the flow hook ${hook}`,
    );
  }
}
