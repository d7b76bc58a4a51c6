// POST, PUT and PATCH of objects and of their status.
import type { KubeObject } from '../cluster.ts';
import { isObject, type JsonObject, objectOr, stringOr } from '../json.ts';
import { namesItself, applyConfiguration, undeclaredFields } from '../ownership/apply.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMergePatch } from '../patch/strategic-merge-patch.ts';
import { prune } from '../schema/prune.ts';
import { badRequest, invalid, invalidValue, required, StatusError } from '../status-error.ts';
import { existing, timestamp, type WriteOptions, type Writes } from '../writes.ts';
import type { Objects } from '../objects.ts';
import { presentObject } from './present.ts';
import { currentOf, findCurrent } from './read-requests.ts';
import {
  decodeBody,
  dropUnknownFields,
  matchPath,
  parseJson,
  patchType,
  unsupportedMedia,
} from './request-body.ts';
import { type ApiResponse, isDryRun, isTrue, managerOf, type ResourceRequest } from './request.ts';

export interface WriteParts {
  readonly objects: Objects;
  readonly writes: Writes;
  /** ms since the epoch. */
  readonly now: () => number;
  /** An apply of a missing object creates it. @throws StatusError 403 */
  readonly mayCreate: () => void;
  /** Called for every write that was not a dry run. */
  readonly wrote: (manager: string) => void;
}

export function optionsOf(request: ResourceRequest): WriteOptions {
  const subresource = request.subresource === 'status' ? 'status' : undefined;
  return { manager: managerOf(request), dryRun: isDryRun(request), subresource };
}

function respond(
  parts: WriteParts,
  request: ResourceRequest,
  object: KubeObject,
  more: { status?: number; warnings?: readonly string[]; options: WriteOptions },
): ApiResponse {
  if (!more.options.dryRun) parts.wrote(more.options.manager);
  return {
    status: more.status ?? 200,
    body: presentObject(request, request.resource, object, parts.now()),
    warnings: more.warnings ?? [],
  };
}

export function createObject(parts: WriteParts, request: ResourceRequest): ApiResponse {
  const object = decodeBody(request);
  matchPath(request, object);
  const warnings = dropUnknownFields(request, object);
  const options = optionsOf(request);
  const created = parts.writes.create(request.resource, object, options);
  return respond(parts, request, created, { status: 201, warnings, options });
}

export function replaceObject(parts: WriteParts, request: ResourceRequest): ApiResponse {
  const object = decodeBody(request);
  matchPath(request, object);
  const warnings = dropUnknownFields(request, object);
  const current = currentOf(parts.objects, request);
  const { resource } = request;
  const version = stringOr(objectOr(object['metadata'])['resourceVersion']);
  if (resource.custom && version === '') {
    throw invalid(resource, current.metadata.name, [
      invalidValue('metadata.resourceVersion', 0, 'must be specified for an update'),
    ]);
  }
  const options = optionsOf(request);
  const written = parts.writes.update(resource, current, object, options);
  return respond(parts, request, written, { warnings, options });
}

const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/apply-patch+yaml',
];

export function patchObject(parts: WriteParts, request: ResourceRequest): ApiResponse {
  const type = patchType(request);
  if (type === 'application/apply-patch+yaml') return applyObject(parts, request);
  const current = currentOf(parts.objects, request);
  if (request.query.get('force') !== null) {
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    );
  }
  const patched = patchedObject(type, request, current);
  if (!isObject(patched)) throw badRequest('the patched object is not an object');
  keepName(request, current, patched);
  const warnings = dropUnknownFields(request, patched);
  const options = optionsOf(request);
  const written = parts.writes.update(request.resource, current, patched, options);
  return respond(parts, request, written, { warnings, options });
}

function patchedObject(type: string, request: ResourceRequest, current: KubeObject): unknown {
  const { resource } = request;
  const patch = parseJson(request.body.toString());
  // Without a resourceVersion, the patch applies to the current object.
  const base = structuredClone(current);
  switch (type) {
    case 'application/json-patch+json':
      return jsonPatch(base, patch);
    case 'application/merge-patch+json':
      return mergePatch(base, patch);
    case 'application/strategic-merge-patch+json':
      if (!resource.custom) return strategicMergePatch(base, patch, resource.schema);
      throw unsupportedMedia(patchTypes);
    default:
      throw unsupportedMedia([...patchTypes, 'application/strategic-merge-patch+json']);
  }
}

function keepName(request: ResourceRequest, current: KubeObject, patched: JsonObject): void {
  const { name } = objectOr(patched['metadata']);
  if (name === current.metadata.name) return;
  throw badRequest(
    `the name of the object (${String(name)}) does not match the name on the URL (${String(request.name)})`,
  );
}

/** Server-side apply: creates the object when it does not exist. */
function applyObject(parts: WriteParts, request: ResourceRequest): ApiResponse {
  const { resource, query } = request;
  const manager = query.get('fieldManager') ?? '';
  if (manager === '') {
    throw new StatusError(
      422,
      'Invalid',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      {
        group: 'meta.k8s.io',
        kind: 'PatchOptions',
        causes: [required('fieldManager', 'is required for apply patch')],
      },
    );
  }
  const configuration = decodeBody(request);
  checkConfiguration(request, configuration);
  const current = findCurrent(parts.objects, request);
  if (current === undefined && request.subresource !== undefined) {
    existing(resource, undefined, request.name ?? '');
  }
  if (current === undefined) parts.mayCreate();
  const options: WriteOptions = { ...optionsOf(request), manager, owned: true };
  const applied = applyConfiguration(resource, current, configuration, {
    manager,
    force: isTrue(query.get('force')),
    subresource: options.subresource ?? '',
    time: timestamp(parts.now()),
  });
  if (current === undefined) {
    const created = parts.writes.create(resource, applied, options);
    return respond(parts, request, created, { status: 201, options });
  }
  const written = parts.writes.update(resource, current, applied, options);
  return respond(parts, request, written, { options });
}

function checkConfiguration(request: ResourceRequest, configuration: JsonObject): void {
  const { resource } = request;
  if (!namesItself(configuration)) {
    throw badRequest(
      `Object 'Kind' is missing in '${JSON.stringify(configuration).slice(0, 200)}'`,
    );
  }
  matchPath(request, configuration);
  const metadata = objectOr(configuration['metadata']);
  if (metadata['managedFields'] !== undefined) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const name = request.name ?? '';
  if (resource.schema === undefined) return;
  const unknown = prune(configuration, resource.schema);
  if (unknown.length === 0) return;
  const where = `${request.namespace ?? ''}/${name}; ${String(configuration['apiVersion'])}, Kind=${resource.kind}`;
  throw new StatusError(
    500,
    '',
    `failed to create typed patch object (${where}): ${undeclaredFields(unknown)}`,
  );
}
