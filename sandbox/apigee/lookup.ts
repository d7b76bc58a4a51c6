// Lookup of resources by a request's path, with Apigee's errors.
import { ApiError, invalidArgument, notFound } from '../google/api-error.ts';
import type { ApiCall } from '../google/serve-api.ts';
import type {
  ApigeeState,
  App,
  Credential,
  Developer,
  Environment,
  EnvGroup,
  Instance,
  Organization,
  Product,
} from './state.ts';

export function organizationOf(state: ApigeeState, call: ApiCall): Organization {
  const name = call.params['organization'] ?? '';
  const found = state.organizations[name];
  if (found !== undefined) return found;
  throw new ApiError(
    403,
    `Permission denied on resource "organizations/${name}" (or it may not exist)`,
  );
}

export function environmentOf(org: Organization, name: string): Environment {
  return (
    org.environments[name] ?? refuse(`organizations/${org.name}/environments/${name} not found`)
  );
}

export function instanceOf(org: Organization, call: ApiCall): Instance {
  const name = call.params['instance'] ?? '';
  return org.instances[name] ?? refuse(`organizations/${org.name}/instances/${name} not found`);
}

export function groupOf(org: Organization, call: ApiCall): EnvGroup {
  const name = call.params['envgroup'] ?? '';
  return org.envgroups[name] ?? refuse(`organizations/${org.name}/envgroups/${name} not found`);
}

export function productOf(org: Organization, name: string): Product {
  return org.products[name] ?? refuse(`ApiProduct ${name} does not exist`);
}

/** By e-mail or by developer id. */
export function developerOf(org: Organization, call: ApiCall): Developer {
  const wanted = call.params['developer'] ?? '';
  const found =
    org.developers[wanted] ??
    Object.values(org.developers).find((developer) => developer.developerId === wanted);
  return found ?? refuse(`developer with id or email ${wanted} does not exist`);
}

/** By name or by app id. */
export function appOf(developer: Developer, call: ApiCall): App {
  const wanted = call.params['app'] ?? '';
  const found =
    developer.apps[wanted] ?? Object.values(developer.apps).find((app) => app.appId === wanted);
  return found ?? refuse(`app with name or id ${wanted} does not exist`);
}

export function keyOf(app: App, call: ApiCall): Credential {
  const wanted = call.params['key'] ?? '';
  const found = app.credentials.find((credential) => credential.consumerKey === wanted);
  // The key itself is left out of the text.
  return found ?? refuse(`the given consumer key does not exist in app ${app.name}`);
}

/** The `action` of a status call, if it is one of these. */
export function actionOf<T extends string>(call: ApiCall, allowed: readonly T[]): T {
  const action = call.query.get('action') ?? '';
  const found = allowed.find((one) => one === action);
  if (found !== undefined) return found;
  throw invalidArgument(`action must be one of ${allowed.join(', ')}; got "${action}"`);
}

function refuse(message: string): never {
  throw notFound(message);
}

/**
 * A page of a list that is limited by `count` and `startKey`; the start key is its first item.
 * @param uncounted the limit of a call without `count`.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOfItem: (item: T) => string,
  call: ApiCall,
  uncounted = 1000,
): T[] {
  const count = Number(call.query.get('count') ?? uncounted);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalidArgument('count must be between 1 and 1000');
  }
  const startKey = call.query.get('startKey') ?? '';
  const sorted = items.toSorted((a, b) => keyOfItem(a).localeCompare(keyOfItem(b)));
  const start = startKey === '' ? 0 : sorted.findIndex((item) => keyOfItem(item) === startKey);
  return start < 0 ? [] : sorted.slice(start, start + count);
}

export function isExpanded(call: ApiCall): boolean {
  const isPaged = call.query.has('count') || call.query.has('startKey');
  const expand = call.query.get('expand') === 'true';
  if (expand && isPaged) {
    throw invalidArgument('expand cannot be used together with count or startKey');
  }
  return expand;
}
