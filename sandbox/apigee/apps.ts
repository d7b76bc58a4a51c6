// Developer apps: creation with one key, and further keys by POST.
import { randomUUID } from 'node:crypto';
import type { SandboxContext } from '../core/context.ts';
import { ApiError, invalidArgument } from '../google/api-error.ts';
import { textOf, textsOf } from '../google/read-body.ts';
import type { ApiCall, ApiMethod } from '../google/serve-api.ts';
import { listOrganizationApps } from './app-filter.ts';
import { attributeMethods, readAttributes } from './attributes.ts';
import { generateCredential } from './credentials.ts';
import { actionOf, appOf, developerOf, isExpanded, organizationOf, pageOf } from './lookup.ts';
import { showApp } from './show.ts';
import type { ApigeeState, App, Developer, Organization } from './state.ts';

const root = '/v1/organizations/{organization}';
const collection = `${root}/developers/{developer}/apps`;

export function appMethods(ctx: SandboxContext, state: ApigeeState): ApiMethod[] {
  const owner = (call: ApiCall): { org: Organization; developer: Developer } => {
    const org = organizationOf(state, call);
    return { org, developer: developerOf(org, call) };
  };
  const found = (call: ApiCall): { org: Organization; developer: Developer; app: App } => {
    const { org, developer } = owner(call);
    return { org, developer, app: appOf(developer, call) };
  };
  return [
    {
      id: 'apigee.organizations.apps.list',
      verb: 'GET',
      path: `${root}/apps`,
      permission: 'apigee.apps.list',
      answer: (call) => listOrganizationApps(organizationOf(state, call), call),
    },
    {
      id: 'apigee.organizations.developers.apps.list',
      verb: 'GET',
      path: collection,
      permission: 'apigee.developerapps.list',
      answer: (call) => listApps(owner(call).developer, call),
    },
    {
      id: 'apigee.organizations.developers.apps.create',
      verb: 'POST',
      path: collection,
      permission: 'apigee.developerapps.create',
      answer: (call) => {
        const { org, developer } = owner(call);
        const app = readApp(org, call, ctx.clock.now());
        if (developer.apps[app.name] !== undefined) {
          throw new ApiError(409, `app with name ${app.name} already exists`);
        }
        developer.apps[app.name] = app;
        ctx.changed('apigee');
        return showApp(developer, app);
      },
    },
    {
      id: 'apigee.organizations.developers.apps.get',
      verb: 'GET',
      path: `${collection}/{app}`,
      permission: 'apigee.developerapps.get',
      answer: (call) => showApp(found(call).developer, found(call).app),
    },
    {
      id: 'apigee.organizations.developers.apps.generateKeyPairOrUpdateDeveloperAppStatus',
      verb: 'POST',
      path: `${collection}/{app}`,
      permission: 'apigee.developerapps.manage',
      answer: (call) => {
        const { org, developer, app } = found(call);
        app.lastModifiedAt = ctx.clock.now();
        ctx.changed('apigee');
        if (call.query.has('action')) {
          const action = actionOf(call, ['approve', 'revoke']);
          app.status = action === 'approve' ? 'approved' : 'revoked';
          return undefined;
        }
        addKey(org, app, call, ctx.clock.now());
        return showApp(developer, app);
      },
    },
    {
      id: 'apigee.organizations.developers.apps.update',
      verb: 'PUT',
      path: `${collection}/{app}`,
      permission: 'apigee.developerapps.update',
      answer: (call) => {
        const { org, developer, app } = found(call);
        if (![app.name, ''].includes(textOf(call.body, 'name'))) {
          throw invalidArgument('app name cannot be changed');
        }
        update(org, app, call, ctx.clock.now());
        ctx.changed('apigee');
        return showApp(developer, app);
      },
    },
    ...attributeMethods(ctx, {
      id: 'apigee.organizations.developers.apps',
      path: `${collection}/{app}`,
      permission: 'apigee.developerapps',
      noun: 'DeveloperApp',
      found: (call) => found(call).app,
    }),
    {
      id: 'apigee.organizations.developers.apps.delete',
      verb: 'DELETE',
      path: `${collection}/{app}`,
      permission: 'apigee.developerapps.delete',
      answer: (call) => {
        const { developer, app } = found(call);
        delete developer.apps[app.name];
        ctx.changed('apigee');
        return showApp(developer, app);
      },
    },
  ];
}

/** Limit of a list without `count`. */
const mostApps = 100;

function listApps(developer: Developer, call: ApiCall): unknown {
  const expanded = isExpanded(call);
  const page = pageOf(Object.values(developer.apps), (app) => app.name, call, mostApps);
  const shown = page.map((app) => (expanded ? showApp(developer, app) : { appId: app.name }));
  return shown.length === 0 ? {} : { app: shown };
}

function readApp(org: Organization, { body }: ApiCall, now: number): App {
  const name = textOf(body, 'name');
  if (!/^[A-Za-z0-9#$%._\- ]{1,255}$/.test(name)) {
    throw invalidArgument(`invalid app name "${name}"`);
  }
  const callbackUrl = textOf(body, 'callbackUrl');
  return {
    appId: randomUUID(),
    name,
    status: 'approved',
    ...(callbackUrl === '' ? {} : { callbackUrl }),
    attributes: readAttributes(body),
    credentials: [generateCredential(org, body, now)],
    createdAt: now,
    lastModifiedAt: now,
  };
}

/** Per the reference, the attributes and callback of the call replace the old ones. */
function addKey(org: Organization, app: App, { body }: ApiCall, now: number): void {
  if (textsOf(body, 'apiProducts').length === 0) {
    throw invalidArgument('apiProducts is required to generate a key');
  }
  const credential = generateCredential(org, body, now);
  replaceDetails(app, body);
  app.credentials.push(credential);
}

/** A product that no key of the app covers yet gets a new key. */
function update(org: Organization, app: App, { body }: ApiCall, now: number): void {
  const held = app.credentials.flatMap((one) => one.apiProducts.map((ref) => ref.apiproduct));
  const isNew = textsOf(body, 'apiProducts').some((name) => !held.includes(name));
  const credential = isNew ? generateCredential(org, body, now) : undefined;
  replaceDetails(app, body);
  if (credential !== undefined) app.credentials.push(credential);
  app.lastModifiedAt = now;
}

function replaceDetails(app: App, body: ApiCall['body']): void {
  const callbackUrl = textOf(body, 'callbackUrl');
  app.attributes = readAttributes(body);
  if (callbackUrl === '') delete app.callbackUrl;
  else app.callbackUrl = callbackUrl;
}
