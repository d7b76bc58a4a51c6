// App developers, identified by their lower-case e-mail.
import { randomUUID } from 'node:crypto';
import type { SandboxContext } from '../core/context.ts';
import { ApiError, invalidArgument } from '../google/api-error.ts';
import { textOf } from '../google/read-body.ts';
import type { ApiCall, ApiMethod } from '../google/serve-api.ts';
import { attributeMethods, readAttributes } from './attributes.ts';
import { actionOf, developerOf, isExpanded, organizationOf, pageOf } from './lookup.ts';
import { showDeveloper } from './show.ts';
import type { ApigeeState, Developer, Organization } from './state.ts';

const collection = '/v1/organizations/{organization}/developers';

export function developerMethods(ctx: SandboxContext, state: ApigeeState): ApiMethod[] {
  const found = (call: ApiCall): { org: Organization; developer: Developer } => {
    const org = organizationOf(state, call);
    return { org, developer: developerOf(org, call) };
  };
  return [
    {
      id: 'apigee.organizations.developers.list',
      verb: 'GET',
      path: collection,
      permission: 'apigee.developers.list',
      answer: (call) => list(organizationOf(state, call), call),
    },
    {
      id: 'apigee.organizations.developers.create',
      verb: 'POST',
      path: collection,
      permission: 'apigee.developers.create',
      answer: (call) => {
        const org = organizationOf(state, call);
        const developer = readDeveloper(call, ctx.clock.now());
        if (org.developers[developer.email] !== undefined) {
          throw new ApiError(
            409,
            `developer with email ${developer.email} already exists in organization ${org.name}`,
          );
        }
        org.developers[developer.email] = developer;
        ctx.changed('apigee');
        return showDeveloper(org, developer);
      },
    },
    {
      id: 'apigee.organizations.developers.get',
      verb: 'GET',
      path: `${collection}/{developer}`,
      permission: 'apigee.developers.get',
      answer: (call) => showDeveloper(found(call).org, found(call).developer),
    },
    {
      id: 'apigee.organizations.developers.update',
      verb: 'PUT',
      path: `${collection}/{developer}`,
      permission: 'apigee.developers.update',
      answer: (call) => {
        const { org, developer } = found(call);
        const { email, firstName, lastName, userName, attributes } = readDeveloper(call, 0);
        if (email !== developer.email) throw invalidArgument('email cannot be changed');
        Object.assign(developer, { firstName, lastName, userName, attributes });
        developer.lastModifiedAt = ctx.clock.now();
        ctx.changed('apigee');
        return showDeveloper(org, developer);
      },
    },
    {
      id: 'apigee.organizations.developers.setDeveloperStatus',
      verb: 'POST',
      path: `${collection}/{developer}`,
      permission: 'apigee.developers.update',
      answer: (call) => {
        const { developer } = found(call);
        developer.status = actionOf(call, ['active', 'inactive']);
        developer.lastModifiedAt = ctx.clock.now();
        ctx.changed('apigee');
        return undefined;
      },
    },
    ...attributeMethods(ctx, {
      id: 'apigee.organizations.developers',
      path: `${collection}/{developer}`,
      permission: 'apigee.developers',
      noun: 'Developer',
      found: (call) => found(call).developer,
    }),
    {
      id: 'apigee.organizations.developers.delete',
      verb: 'DELETE',
      path: `${collection}/{developer}`,
      permission: 'apigee.developers.delete',
      answer: (call) => {
        const { org, developer } = found(call);
        delete org.developers[developer.email];
        ctx.changed('apigee');
        return showDeveloper(org, developer);
      },
    },
  ];
}

function list(org: Organization, call: ApiCall): unknown {
  const app = call.query.get('app');
  const developers = Object.values(org.developers).filter(
    (developer) => app === null || developer.apps[app] !== undefined,
  );
  const expanded = isExpanded(call);
  const page = pageOf(developers, (developer) => developer.email, call);
  const shown = page.map((one) => (expanded ? showDeveloper(org, one) : { email: one.email }));
  return shown.length === 0 ? {} : { developer: shown };
}

function readDeveloper({ body }: ApiCall, now: number): Developer {
  const email = textOf(body, 'email');
  if (!/^[^\s@/:]+@[^\s@/:]+$/.test(email)) throw invalidArgument('email is not valid');
  if (email !== email.toLowerCase()) throw invalidArgument('email must be in lowercase');
  for (const field of ['firstName', 'lastName', 'userName']) {
    if (textOf(body, field) === '') throw invalidArgument(`${field} is required`);
  }
  return {
    email,
    developerId: randomUUID(),
    firstName: textOf(body, 'firstName'),
    lastName: textOf(body, 'lastName'),
    userName: textOf(body, 'userName'),
    status: 'active',
    attributes: readAttributes(body),
    apps: {},
    createdAt: now,
    lastModifiedAt: now,
  };
}
