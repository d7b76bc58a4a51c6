// DELETE of one object and of a selected collection.
import type { KubeObject } from '../cluster.ts';
import { isObject, listOr, stringOr } from '../json.ts';
import { apiVersionOf, type Resource } from '../resources.ts';
import { badRequest } from '../status-error.ts';
import type { DeleteOptions } from '../writes.ts';
import { presentObject } from './present.ts';
import { currentOf, selected } from './read-requests.ts';
import { decodeBody } from './request-body.ts';
import { type ApiResponse, isDryRun, managerOf, type ResourceRequest } from './request.ts';
import type { WriteParts } from './write-requests.ts';

interface Deletion extends DeleteOptions {
  readonly dryRun: boolean;
}

export function deleteObject(parts: WriteParts, request: ResourceRequest): ApiResponse {
  const how = deletionOf(request);
  const current = currentOf(parts.objects, request);
  const { object, gone } = parts.writes.remove(request.resource, current, how, how.dryRun);
  if (!how.dryRun) parts.wrote(managerOf(request));
  if (!gone) {
    return { status: 200, body: presentObject(request, request.resource, object, parts.now()) };
  }
  return { status: 200, body: deleted(request.resource, object) };
}

export function deleteCollection(parts: WriteParts, request: ResourceRequest): ApiResponse {
  const how = deletionOf(request);
  const { resource } = request;
  const items = selected(parts.objects, request).map(
    (object) => parts.writes.remove(resource, object, how, how.dryRun).object,
  );
  if (!how.dryRun && items.length > 0) parts.wrote(managerOf(request));
  const metadata = { resourceVersion: String(parts.objects.revision()) };
  return {
    status: 200,
    body: { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items },
  };
}

function deleted(resource: Resource, object: KubeObject): object {
  const { name, uid } = object.metadata;
  const group = resource.group === '' ? {} : { group: resource.group };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...group, kind: resource.plural, uid },
  };
}

const policies = ['Background', 'Foreground', 'Orphan'] as const;

/** Options are in the body, otherwise in the query. */
function deletionOf(request: ResourceRequest): Deletion {
  const body = decodeBody(request);
  const preconditions = isObject(body['preconditions']) ? body['preconditions'] : {};
  const given = body['propagationPolicy'] ?? request.query.get('propagationPolicy');
  const orphan = body['orphanDependents'] === true;
  const wanted = stringOr(given, orphan ? 'Orphan' : 'Background');
  const propagation = policies.find((policy) => policy === wanted);
  if (propagation === undefined) {
    throw badRequest(
      `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: ${JSON.stringify(wanted)}: supported values: "Background", "Foreground", "Orphan"`,
    );
  }
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' && value !== '' ? value : undefined;
  return {
    propagation,
    uid: text(preconditions['uid']),
    resourceVersion: text(preconditions['resourceVersion']),
    dryRun: isDryRun(request, listOr(body['dryRun'])),
  };
}
