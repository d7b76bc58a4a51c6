// API products, created by the operator or the API: allowed operations and quotas.
import type { SandboxContext } from '../core/context.ts';
import { ApiError, invalidArgument } from '../google/api-error.ts';
import { recordOf, recordsOf, textOf, textsOf } from '../google/read-body.ts';
import type { ApiCall, ApiMethod } from '../google/serve-api.ts';
import { attributeMethods, readAttributes } from './attributes.ts';
import { isExpanded, organizationOf, pageOf, productOf } from './lookup.ts';
import { precondition } from './organizations.ts';
import { showProduct } from './show.ts';
import type { ApigeeState, Organization, Product } from './state.ts';

const collection = '/v1/organizations/{organization}/apiproducts';

export function productMethods(ctx: SandboxContext, state: ApigeeState): ApiMethod[] {
  return [
    {
      id: 'apigee.organizations.apiproducts.list',
      verb: 'GET',
      path: collection,
      permission: 'apigee.apiproducts.list',
      answer: (call) => {
        const products = Object.values(organizationOf(state, call).products);
        const expanded = isExpanded(call);
        const page = pageOf(products, (product) => product.name, call);
        const shown = page.map((one) => (expanded ? showProduct(one) : { name: one.name }));
        return shown.length === 0 ? {} : { apiProduct: shown };
      },
    },
    {
      id: 'apigee.organizations.apiproducts.get',
      verb: 'GET',
      path: `${collection}/{product}`,
      permission: 'apigee.apiproducts.get',
      answer: (call) =>
        showProduct(productOf(organizationOf(state, call), call.params['product'] ?? '')),
    },
    {
      id: 'apigee.organizations.apiproducts.create',
      verb: 'POST',
      path: collection,
      permission: 'apigee.apiproducts.create',
      answer: (call) => {
        const org = organizationOf(state, call);
        const product = readProduct(call, ctx.clock.now());
        if (org.products[product.name] !== undefined) {
          throw new ApiError(409, `ApiProduct ${product.name} already exists`);
        }
        org.products[product.name] = product;
        ctx.changed('apigee');
        return showProduct(product);
      },
    },
    {
      id: 'apigee.organizations.apiproducts.update',
      verb: 'PUT',
      path: `${collection}/{product}`,
      permission: 'apigee.apiproducts.update',
      answer: (call) => {
        const org = organizationOf(state, call);
        const known = productOf(org, call.params['product'] ?? '');
        const body = { ...call.body, name: textOf(call.body, 'name') || known.name };
        const product = readProduct({ ...call, body }, ctx.clock.now());
        if (product.name !== known.name) throw invalidArgument('product name cannot be changed');
        Object.assign(known, product, { createdAt: known.createdAt });
        ctx.changed('apigee');
        return showProduct(known);
      },
    },
    ...attributeMethods(ctx, {
      id: 'apigee.organizations.apiproducts',
      path: `${collection}/{product}`,
      permission: 'apigee.apiproducts',
      noun: 'ApiProduct',
      found: (call) => productOf(organizationOf(state, call), call.params['product'] ?? ''),
    }),
    {
      id: 'apigee.organizations.apiproducts.delete',
      verb: 'DELETE',
      path: `${collection}/{product}`,
      permission: 'apigee.apiproducts.delete',
      answer: (call) => {
        const org = organizationOf(state, call);
        const product = productOf(org, call.params['product'] ?? '');
        assertUnused(org, product);
        delete org.products[product.name];
        ctx.changed('apigee');
        return showProduct(product);
      },
    },
  ];
}

function readProduct(call: ApiCall, now: number): Product {
  const { body } = call;
  const name = textOf(body, 'name');
  if (!/^[A-Za-z0-9._\-$% ]{1,255}$/.test(name)) {
    throw invalidArgument(`invalid API product name "${name}"`);
  }
  const approvalType = textOf(body, 'approvalType') || 'manual';
  if (approvalType !== 'auto' && approvalType !== 'manual') {
    throw invalidArgument(`invalid approvalType "${approvalType}"`);
  }
  const configs = recordsOf(recordOf(body, 'operationGroup'), 'operationConfigs');
  return {
    name,
    displayName: textOf(body, 'displayName') || name,
    approvalType,
    attributes: readAttributes(body),
    environments: textsOf(body, 'environments'),
    operations: configs.map(readOperation),
    createdAt: now,
    lastModifiedAt: now,
  };
}

function readOperation(config: Readonly<Record<string, unknown>>): Product['operations'][number] {
  const operations = recordsOf(config, 'operations');
  const [operation] = operations;
  if (operation === undefined || operations.length > 1) {
    throw invalidArgument('an operationConfig has exactly one operation');
  }
  const quota = recordOf(config, 'quota');
  const limit = textOf(quota, 'limit');
  return {
    apiSource: textOf(config, 'apiSource'),
    resource: textOf(operation, 'resource') || '/',
    methods: textsOf(operation, 'methods'),
    ...(limit === ''
      ? {}
      : {
          quota: {
            limit,
            interval: textOf(quota, 'interval') || '1',
            timeUnit: textOf(quota, 'timeUnit') || 'minute',
          },
        }),
  };
}

function assertUnused(org: Organization, product: Product): void {
  const user = Object.values(org.developers)
    .flatMap((developer) => Object.values(developer.apps))
    .find((app) =>
      app.credentials.some((credential) =>
        credential.apiProducts.some((one) => one.apiproduct === product.name),
      ),
    );
  if (user === undefined) return;
  throw precondition(`ApiProduct ${product.name} is associated with app ${user.name}`);
}
