// Keys of an app: import, products, revocation and removal.
import type { SandboxContext } from '../core/context.ts';
import { notFound } from '../google/api-error.ts';
import { textsOf } from '../google/read-body.ts';
import type { ApiCall, ApiMethod } from '../google/serve-api.ts';
import { readAttributes } from './attributes.ts';
import { importCredential, refsTo } from './credentials.ts';
import { actionOf, appOf, developerOf, keyOf, organizationOf } from './lookup.ts';
import { showKey } from './show.ts';
import type { ApigeeState, App, Credential, Organization } from './state.ts';

const collection = '/v1/organizations/{organization}/developers/{developer}/apps/{app}/keys';
const id = 'apigee.organizations.developers.apps.keys';

export function keyMethods(ctx: SandboxContext, state: ApigeeState): ApiMethod[] {
  const owner = (call: ApiCall): { org: Organization; app: App } => {
    const org = organizationOf(state, call);
    return { org, app: appOf(developerOf(org, call), call) };
  };
  const found = (call: ApiCall): { org: Organization; app: App; key: Credential } => {
    const { org, app } = owner(call);
    return { org, app, key: keyOf(app, call) };
  };
  const changed = (app: App): void => {
    app.lastModifiedAt = ctx.clock.now();
    ctx.changed('apigee');
  };
  const create = (call: ApiCall): unknown => {
    const { org, app } = owner(call);
    const key = importCredential(org, call.body, ctx.clock.now());
    app.credentials.push(key);
    changed(app);
    return showKey(key);
  };
  return [
    {
      id: `${id}.create.create`,
      verb: 'POST',
      path: `${collection}/create`,
      permission: 'apigee.appkeys.create',
      answer: create,
    },
    {
      id: `${id}.create`,
      verb: 'POST',
      path: collection,
      permission: 'apigee.appkeys.create',
      answer: create,
    },
    {
      id: `${id}.get`,
      verb: 'GET',
      path: `${collection}/{key}`,
      permission: 'apigee.appkeys.get',
      answer: (call) => showKey(found(call).key),
    },
    {
      id: `${id}.updateDeveloperAppKey`,
      verb: 'POST',
      path: `${collection}/{key}`,
      permission: 'apigee.appkeys.manage',
      answer: (call) => {
        const { org, app, key } = found(call);
        if (call.query.has('action')) {
          const action = actionOf(call, ['approve', 'revoke']);
          key.status = action === 'approve' ? 'approved' : 'revoked';
          changed(app);
          return undefined;
        }
        const known = key.apiProducts.map((one) => one.apiproduct);
        const added = textsOf(call.body, 'apiProducts').filter((name) => !known.includes(name));
        key.apiProducts.push(...refsTo(org, added));
        key.attributes = readAttributes(call.body);
        changed(app);
        return showKey(key);
      },
    },
    {
      id: `${id}.delete`,
      verb: 'DELETE',
      path: `${collection}/{key}`,
      permission: 'apigee.appkeys.delete',
      answer: (call) => {
        const { app, key } = found(call);
        app.credentials = app.credentials.filter((one) => one !== key);
        changed(app);
        return showKey(key);
      },
    },
    {
      id: `${id}.apiproducts.updateDeveloperAppKeyApiProduct`,
      verb: 'POST',
      path: `${collection}/{key}/apiproducts/{product}`,
      permission: 'apigee.appkeys.manage',
      answer: (call) => {
        const { app, key } = found(call);
        const action = actionOf(call, ['approve', 'revoke']);
        productRef(key, call).status = action === 'approve' ? 'approved' : 'revoked';
        changed(app);
        return undefined;
      },
    },
    {
      id: `${id}.apiproducts.delete`,
      verb: 'DELETE',
      path: `${collection}/{key}/apiproducts/{product}`,
      permission: 'apigee.appkeys.manage',
      answer: (call) => {
        const { app, key } = found(call);
        const ref = productRef(key, call);
        key.apiProducts = key.apiProducts.filter((one) => one !== ref);
        changed(app);
        return showKey(key);
      },
    },
  ];
}

function productRef(key: Credential, call: ApiCall): Credential['apiProducts'][number] {
  const wanted = call.params['product'] ?? '';
  const found = key.apiProducts.find((one) => one.apiproduct === wanted);
  if (found === undefined) {
    throw notFound(`ApiProduct ${wanted} is not associated with the consumer key`);
  }
  return found;
}
