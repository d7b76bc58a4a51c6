// What Apigee's runtime says to a request that the traffic extension shows it: the operator's default security.
import type { ApigeeState, Environment, Organization, Product } from '../apigee/state.ts';
import type { Clock } from '../core/clock.ts';
import { type Answer, apigeeFaults } from './answer.ts';
import { createKeyCache, type KnownKey } from './key-cache.ts';
import { countRequest } from './quota.ts';
import type { RoutedRequest } from './routing.ts';
import type { DataplaneState } from './state.ts';

export interface Protected {
  /** Name of the ApigeeBackendService, and so of the proxy made for it. */
  readonly proxy: string;
  readonly environment: string;
  readonly defaultSecurityEnabled: boolean;
}

export type RuntimeVerdict =
  | { readonly pass: true; readonly app: string | undefined }
  | { readonly pass: false; readonly app: string | undefined; readonly answer: Answer };

export interface ApigeeRuntime {
  judge(backend: Protected, request: RoutedRequest): RuntimeVerdict;
}

export function createApigeeRuntime(
  clock: Clock,
  apigee: ApigeeState,
  state: DataplaneState,
): ApigeeRuntime {
  const cache = createKeyCache(clock, apigee);
  const refuse = (answer: Answer, app?: string): RuntimeVerdict => ({ pass: false, app, answer });
  return {
    judge: (backend, request) => {
      const org = Object.values(apigee.organizations).find(
        (one) => one.environments[backend.environment] !== undefined,
      );
      if (org === undefined || !serves(org, backend.environment, request.host)) {
        return refuse(apigeeFaults.unknownHost(request.host, request.path));
      }
      if (!backend.defaultSecurityEnabled) return { pass: true, app: undefined };
      if (!hasProduct(org, backend)) return refuse(apigeeFaults.insufficientRequest('no_product'));
      const consumerKey = keyOf(request);
      if (consumerKey === undefined) return refuse(apigeeFaults.insufficientRequest('no_key'));
      const key = cache.key(org.name, consumerKey);
      if (key === undefined) return refuse(apigeeFaults.invalidKey());
      const app = `${key.developer}/${key.app}`;
      const unfit = unfitness(key, clock.now());
      if (unfit !== undefined) return refuse(unfit, app);
      const found = findOperation(key, backend, request, (name) => cache.product(org.name, name));
      if (found === undefined) return refuse(apigeeFaults.notForResource(), app);
      if (found === 'pending') return refuse(apigeeFaults.keyNotApproved(), app);
      const { product, operation } = found;
      const counter = [
        org.name,
        backend.environment,
        key.appId,
        product.name,
        operation.apiSource,
        operation.resource,
        ...operation.methods,
      ].join('|');
      const isWithin =
        operation.quota === undefined ||
        countRequest(state.quotas, counter, operation.quota, clock.now());
      return isWithin ? { pass: true, app } : refuse(apigeeFaults.quotaSpent(), app);
    },
  };
}

/** The environment is up, attached to an instance, and reached by this host. */
function serves(org: Organization, name: string, host: string): boolean {
  const environment: Environment | undefined = org.environments[name];
  const isRunning = Object.values(org.instances).some((instance) =>
    Object.values(instance.attachments).some((one) => one.environment === name),
  );
  const isReached = Object.values(org.envgroups).some(
    (group) =>
      group.hostnames.some((one) => one.toLowerCase() === host) &&
      Object.values(group.attachments).some((one) => one.environment === name),
  );
  return environment?.state === 'ACTIVE' && isRunning && isReached;
}

const covers = (product: Product, backend: Protected): boolean =>
  product.environments.length === 0 || product.environments.includes(backend.environment);

function hasProduct(org: Organization, backend: Protected): boolean {
  return Object.values(org.products).some(
    (product) =>
      covers(product, backend) && product.operations.some((one) => one.apiSource === backend.proxy),
  );
}

function keyOf(request: RoutedRequest): string | undefined {
  const header = request.headers['x-api-key'];
  const value = Array.isArray(header) ? header[0] : header;
  return value === undefined || value === '' ? undefined : value;
}

function unfitness(key: KnownKey, now: number): Answer | undefined {
  if (key.status !== 'approved') return apigeeFaults.keyNotApproved();
  if (key.expiresAt > 0 && key.expiresAt <= now) return apigeeFaults.keyExpired();
  if (key.appStatus !== 'approved') return apigeeFaults.appNotApproved();
  return key.developerStatus === 'active' ? undefined : apigeeFaults.developerInactive();
}

type Operation = Product['operations'][number];

function findOperation(
  key: KnownKey,
  backend: Protected,
  request: RoutedRequest,
  productNamed: (name: string) => Product | undefined,
): { product: Product; operation: Operation } | 'pending' | undefined {
  let pending = false;
  for (const { apiproduct, status } of key.products) {
    const product = productNamed(apiproduct);
    if (product === undefined || !covers(product, backend)) continue;
    const operation = product.operations.find(
      (one) =>
        one.apiSource === backend.proxy &&
        resourceMatches(one.resource, request.path) &&
        (one.methods.length === 0 || one.methods.includes(request.method)),
    );
    if (operation === undefined) continue;
    if (status === 'approved') return { product, operation };
    pending = true;
  }
  return pending ? 'pending' : undefined;
}

/** Apigee's resource paths: `*` is one segment, `**` is any number, `/` alone is everything. */
function resourceMatches(resource: string, path: string): boolean {
  if (resource === '/') return true;
  const pattern = resource
    .split('/')
    .map((part) => {
      if (part === '**') return '.*';
      return part === '*' ? '[^/]+' : part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
    })
    .join('/');
  return new RegExp(`^${pattern}/?$`).test(path);
}
