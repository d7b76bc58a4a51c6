// Subresources besides status: scale, finalize, eviction and token.
import { isObject, type JsonObject, objectOr } from '../json.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import type { KubeObject } from '../cluster.ts';
import type { AccountTokens } from '../authorization/account-tokens.ts';
import { badRequest, invalid, invalidValue } from '../status-error.ts';
import { timestamp } from '../writes.ts';
import { jsonPath } from '../table/json-path.ts';
import { currentOf } from './read-requests.ts';
import { decodeBody, parseJson, patchType } from './request-body.ts';
import { type ApiResponse, isDryRun, managerOf, type ResourceRequest } from './request.ts';
import type { WriteParts } from './write-requests.ts';

export function scaleRequest(parts: WriteParts, request: ResourceRequest): ApiResponse {
  const current = currentOf(parts.objects, request);
  if (request.method === 'GET') return { status: 200, body: scaleOf(request, current) };
  const wanted = request.method === 'PUT' ? decodeBody(request) : patchedScale(request, current);
  const replicas = objectOr(wanted['spec'])['replicas'] ?? 0;
  const next: JsonObject = structuredClone({ ...current });
  next['spec'] = { ...objectOr(next['spec']), replicas };
  const options = { manager: managerOf(request), dryRun: isDryRun(request) };
  const written = parts.writes.update(request.resource, current, next, options);
  if (!options.dryRun) parts.wrote(options.manager);
  return { status: 200, body: scaleOf(request, written) };
}

function patchedScale(request: ResourceRequest, current: KubeObject): JsonObject {
  const patch = parseJson(request.body.toString());
  const scale = scaleOf(request, current);
  const patched =
    patchType(request) === 'application/json-patch+json'
      ? jsonPatch(scale, patch)
      : mergePatch(scale, patch);
  if (!isObject(patched)) throw badRequest('the patched scale is not an object');
  return patched;
}

function scaleOf({ resource }: ResourceRequest, object: KubeObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const labels = Object.entries(
    objectOr(objectOr(objectOr(object['spec'])['selector'])['matchLabels']),
  );
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: jsonPath(object, resource.scale?.spec ?? '')[0] ?? 0 },
    status: {
      replicas: jsonPath(object, resource.scale?.status ?? '')[0] ?? 0,
      selector: labels.map(([key, value]) => `${key}=${String(value)}`).join(','),
    },
  };
}

/** PUT of a namespace's finalizers; the namespace is removed when none remains. */
export function finalizeNamespace(parts: WriteParts, request: ResourceRequest): ApiResponse {
  const current = currentOf(parts.objects, request);
  const body = decodeBody(request);
  const finalizers = objectOr(body['spec'])['finalizers'] ?? [];
  const next = { ...current, spec: { ...objectOr(current['spec']), finalizers } };
  const manager = managerOf(request);
  const written = parts.writes.update(request.resource, current, next, { manager, dryRun: false });
  parts.wrote(manager);
  return { status: 200, body: written };
}

const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };

/** Request of a drain: a deletion. Disruption budgets could refuse it, but are not imitated. */
export function evict(parts: WriteParts, request: ResourceRequest): ApiResponse {
  const pod = currentOf(parts.objects, request);
  const dryRun = isDryRun(request);
  parts.writes.remove(request.resource, pod, { propagation: 'Background' }, dryRun);
  if (!dryRun) parts.wrote(managerOf(request));
  return { status: 201, body: { ...success, code: 201 } };
}

const leastTokenSeconds = 600;
const usualTokenSeconds = 3_600;

export function issueToken(
  parts: WriteParts,
  tokens: AccountTokens,
  request: ResourceRequest,
): ApiResponse {
  const { name, uid, namespace = '' } = currentOf(parts.objects, request).metadata;
  const body = decodeBody(request);
  const spec = objectOr(body['spec']);
  const seconds = Number(spec['expirationSeconds'] ?? usualTokenSeconds);
  if (seconds < leastTokenSeconds) {
    const tokenRequest = { group: 'authentication.k8s.io', plural: '', kind: 'TokenRequest' };
    const why = 'may not specify a duration less than 10 minutes';
    throw invalid(tokenRequest, name, [invalidValue('spec.expirationSeconds', seconds, why)]);
  }
  const { token, expires } = tokens.issue({ namespace, name, uid }, seconds);
  return {
    status: 201,
    body: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name, namespace, creationTimestamp: timestamp(parts.now()) },
      spec: { audiences: [], ...spec, expirationSeconds: seconds },
      status: { token, expirationTimestamp: timestamp(expires) },
    },
  };
}
