// Subresources beside status: scale, a namespace's finalize, a pod's log.
import { isObject, type JsonObject, objectOr, stringOr } from '../json.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import type { KubeObject } from '../cluster.ts';
import { badRequest } from '../status-error.ts';
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

/** PUT of a namespace's finalizers; the namespace goes when none is left. */
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

/** The annotation that a pod's log is read from, since no container runs here. */
const logAnnotation = 'sandbox/log';

export function podLog(parts: WriteParts, request: ResourceRequest): ApiResponse {
  const pod = currentOf(parts.objects, request);
  const log = stringOr(pod.metadata.annotations?.[logAnnotation]);
  return { status: 200, body: log, contentType: 'text/plain' };
}
