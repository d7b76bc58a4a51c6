// Apigee's runtime behind the traffic extension, with the operator's default security.
import { deploymentsIn } from '../apigee/deployments.ts';
import type { ApigeeState, Environment, Organization, Product } from '../apigee/state.ts';
import type { Call } from '../apigee/analytics.ts';
import type { Clock } from '../core/clock.ts';
import { type Answer, type ApigeeFault, apigeeFaults } from './answer.ts';
import { createKeyCache, type KeyCache, type KnownKey } from './key-cache.ts';
import { countRequest } from './quota.ts';
import type { RoutedRequest } from './routing.ts';
import { admit, type SpikeArrest } from './spike-arrest.ts';
import type { DataplaneState } from './state.ts';

/** Apigee's limit for bodies that it does not stream. */
const mostBodyBytes = 30 * 2 ** 20;

export interface Protected {
  /** Name of the ApigeeBackendService, and of its proxy. */
  readonly proxy: string;
  readonly environment: string;
  readonly defaultSecurityEnabled: boolean;
  /** Attached to the backend through a template. */
  readonly spikeArrest?: SpikeArrest | undefined;
}

/** Data of a request for Apigee's analytics, except its result. */
export type SeenCall = Pick<Call, 'organization' | 'environment' | 'dimensions'>;

interface Judged {
  /** `developer/app` of a recognised key. */
  readonly app: string | undefined;
  /** Absent when no proxy was found for it. */
  readonly seen: SeenCall | undefined;
}

export type RuntimeVerdict = Judged &
  ({ readonly pass: true } | { readonly pass: false; readonly answer: Answer });

export interface ApigeeRuntime {
  /** @param bodyBytes size of the body that Apigee receives. */
  judge(backend: Protected, request: RoutedRequest, bodyBytes: number): RuntimeVerdict;
  /** True for an instance older than the release that fixed bodies above 100 kB. */
  isOldProcessor(environment: string): boolean;
}

export function createApigeeRuntime(
  clock: Clock,
  apigee: ApigeeState,
  state: DataplaneState,
): ApigeeRuntime {
  const cache = createKeyCache(clock, apigee);
  return {
    judge: (backend, request, bodyBytes) => {
      const org = organizationOf(apigee, backend.environment);
      if (org === undefined || !serves({ clock, state, org, backend }, request.host)) {
        const answer = apigeeFaults.unknownHost(request.host, request.path);
        return { pass: false, app: undefined, seen: undefined, answer };
      }
      const { answer, app, key, product } = runPolicies(
        { clock, cache, state, org, backend, bodyBytes },
        request,
      );
      const seen: SeenCall = {
        organization: org.name,
        environment: backend.environment,
        dimensions: {
          apiproxy: backend.proxy,
          request_verb: request.method,
          proxy_pathsuffix: request.path,
          ...(answer === undefined ? {} : { ax_edge_execution_fault_code: answer.code }),
          // Only a verified key identifies the caller.
          ...(key === undefined
            ? {}
            : {
                developer: `${org.name}@@@${key.developerId}`,
                developer_email: key.developer,
                developer_app: key.app,
                api_product: product,
              }),
        },
      };
      return answer === undefined ? { pass: true, app, seen } : { pass: false, app, seen, answer };
    },
    isOldProcessor: (environment) =>
      Object.values(organizationOf(apigee, environment)?.instances ?? {}).some(
        (instance) =>
          Object.values(instance.attachments).some((one) => one.environment === environment) &&
          isBefore(instance.runtimeVersion, '1-15-0-apigee-7'),
      ),
  };
}

const organizationOf = (apigee: ApigeeState, environment: string): Organization | undefined =>
  Object.values(apigee.organizations).find((one) => one.environments[environment] !== undefined);

/** Compares versions like `1-15-0-apigee-7` by their numbers. */
function isBefore(version: string, other: string): boolean {
  const [left, right] = [version, other].map((one) => (one.match(/\d+/g) ?? []).map(Number));
  const at = (left ?? []).findIndex((value, index) => value !== right?.[index]);
  return at >= 0 && (left?.[at] ?? 0) < (right?.[at] ?? 0);
}

interface Around {
  readonly clock: Clock;
  readonly cache: KeyCache;
  readonly state: DataplaneState;
  readonly org: Organization;
  readonly backend: Protected;
  readonly bodyBytes: number;
}

interface Ran {
  /** The fault, if a policy raised one. */
  readonly answer?: ApigeeFault;
  readonly app?: string;
  /** Data of a verified key. */
  readonly key?: KnownKey;
  readonly product?: string;
}

/** The operator's default security: a key of an approved app for a product with this operation, then its quota. */
function runPolicies(around: Around, request: RoutedRequest): Ran {
  const { clock, cache, state, org, backend, bodyBytes } = around;
  if (bodyBytes > mostBodyBytes) return { answer: apigeeFaults.bodyTooBig() };
  if (!backend.defaultSecurityEnabled) return {};
  if (!hasProduct(org, backend)) return { answer: apigeeFaults.insufficientRequest('no_product') };
  const consumerKey = keyOf(request);
  if (consumerKey === undefined) return { answer: apigeeFaults.insufficientRequest('no_key') };
  const key = cache.key(org.name, consumerKey);
  if (key === undefined) return { answer: apigeeFaults.invalidKey() };
  const app = `${key.developer}/${key.app}`;
  const unfit = unfitness(key, clock.now());
  if (unfit !== undefined) return { answer: unfit, app };
  const found = findOperation(key, backend, request, (name) => cache.product(org.name, name));
  if (found === undefined) return { answer: apigeeFaults.notForResource(), app };
  if (found === 'pending') return { answer: apigeeFaults.keyNotApproved(), app };
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
  const verified = { app, key, product: product.name };
  const { spikeArrest } = backend;
  if (spikeArrest !== undefined) {
    const isSmooth = admit((state.spikes ??= {}), counter, spikeArrest, clock.now());
    const { messages, periodMs } = spikeArrest;
    if (!isSmooth) return { ...verified, answer: apigeeFaults.spikeArrest(messages, periodMs) };
  }
  const isWithin =
    operation.quota === undefined || countRequest(state, counter, operation.quota, clock.now());
  return isWithin ? verified : { ...verified, answer: apigeeFaults.quotaSpent() };
}

/** The environment exists, is attached to an instance, has this host, and runs the proxy. */
function serves(
  { clock, state, org, backend }: Pick<Around, 'clock' | 'state' | 'org' | 'backend'>,
  host: string,
): boolean {
  const name = backend.environment;
  const environment: Environment | undefined = org.environments[name];
  if (environment?.state !== 'ACTIVE') return false;
  const isRunning = Object.values(org.instances).some((instance) =>
    Object.values(instance.attachments).some((one) => one.environment === name),
  );
  const isReached = Object.values(org.envgroups).some(
    (group) =>
      group.hostnames.some(
        (one) =>
          one.toLowerCase() === host ||
          (state.authority !== 'client' && one.endsWith('.svc.google.com')),
      ) && Object.values(group.attachments).some((one) => one.environment === name),
  );
  const isDeployed = deploymentsIn(environment, { clock }).some(
    (one) => one.kind === 'proxies' && one.name === backend.proxy,
  );
  return isRunning && isReached && isDeployed;
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

function unfitness(key: KnownKey, now: number): ApigeeFault | undefined {
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
