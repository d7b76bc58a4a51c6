// GET of one object and LIST of many, with selectors and paging.
import type { KubeObject } from '../cluster.ts';
import { isObject, stringOr } from '../json.ts';
import { groupKindOf, keyOf, type Objects } from '../objects.ts';
import { badRequest, StatusError } from '../status-error.ts';
import { existing } from '../writes.ts';
import { type ListMeta, presentList, presentObject } from './present.ts';
import type { ApiResponse, ResourceRequest } from './request.ts';
import { selectorOf } from './selectors.ts';

export function currentOf(objects: Objects, request: ResourceRequest): KubeObject {
  return existing(request.resource, findCurrent(objects, request), request.name ?? '');
}

export function findCurrent(objects: Objects, request: ResourceRequest): KubeObject | undefined {
  const { group, kind } = request.resource;
  return objects.get(groupKindOf(group, kind), request.namespace, request.name ?? '');
}

export function getObject(objects: Objects, request: ResourceRequest, now: number): ApiResponse {
  const object = currentOf(objects, request);
  return { status: 200, body: presentObject(request, request.resource, object, now) };
}

/** The objects of a collection request, in the order of the store. */
export function selected(objects: Objects, request: ResourceRequest): KubeObject[] {
  const { group, kind } = request.resource;
  const matches = selectorOf(request.resource, request.query);
  return objects.list(groupKindOf(group, kind), request.namespace).filter(matches);
}

export function listObjects(objects: Objects, request: ResourceRequest, now: number): ApiResponse {
  const { query, resource } = request;
  const limit = Number(query.get('limit') ?? '0');
  if (!Number.isInteger(limit) || limit < 0) throw badRequest('limit must be a whole number');
  const from = continuation(query.get('continue'));
  const { all, revision } = listed(objects, request, from);
  const rest = from === undefined ? all : all.filter((object) => keyOfObject(object) > from.after);
  const page = limit === 0 ? rest : rest.slice(0, limit);
  const last = page.at(-1);
  const more = rest.length - page.length;
  const resourceVersion = String(revision);
  // With a selector, the number of remaining objects is not counted: the selector might drop them.
  const isCounted = !query.get('labelSelector') && !query.get('fieldSelector');
  const metadata: ListMeta =
    more === 0 || last === undefined
      ? { resourceVersion }
      : {
          resourceVersion,
          continue: toToken({ after: keyOfObject(last), revision }),
          ...(isCounted ? { remainingItemCount: more } : {}),
        };
  return { status: 200, body: presentList(request, resource, page, metadata, now) };
}

interface Listed {
  readonly all: readonly KubeObject[];
  readonly revision: number;
}

/** Every page of a list shows one revision; so does a list of an exact revision. */
function listed(
  objects: Objects,
  request: ResourceRequest,
  from: Continuation | undefined,
): Listed {
  const { query, resource } = request;
  const wanted = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  checkRevision(objects, wanted, match);
  const exact = from?.revision ?? (match === 'Exact' ? Number(wanted) : undefined);
  if (exact === undefined || exact === anyRevision) {
    return { all: selected(objects, request), revision: objects.revision() };
  }
  const groupKind = groupKindOf(resource.group, resource.kind);
  const then = objects.listAt(exact, groupKind, request.namespace);
  if (then === undefined) throw from === undefined ? tooOld() : expired(from);
  return { all: then.filter(selectorOf(resource, query)), revision: exact };
}

export function checkRevision(objects: Objects, wanted: string, match: string): void {
  if (match !== '' && wanted === '') {
    throw badRequest(
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    );
  }
  if (wanted !== '' && !/^\d+$/.test(wanted)) {
    throw badRequest(`Invalid value: ${JSON.stringify(wanted)}: must be a whole number`);
  }
  if (Number(wanted) <= objects.revision()) return;
  throw new StatusError(
    504,
    'Timeout',
    `Timeout: Too large resource version: ${wanted}, current: ${objects.revision()}`,
    {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  );
}

const keyOfObject = ({ metadata }: KubeObject): string => keyOf(metadata.namespace, metadata.name);

interface Continuation {
  readonly after: string;
  readonly revision: number;
}

/** In a token: the rest of the current list, for clients that accept it after an expiry. */
const anyRevision = -1;

const toToken = ({ after, revision }: Continuation): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: after })).toString(
    'base64url',
  );

function continuation(token: string | null): Continuation | undefined {
  if (token === null || token === '') return undefined;
  try {
    const from: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (isObject(from) && typeof from['rv'] === 'number') {
      return { after: stringOr(from['start']), revision: from['rv'] };
    }
  } catch {
    // Falls through: an unreadable token is invalid.
  }
  throw badRequest('continue key is not valid: invalid token');
}

const tooOld = (): StatusError =>
  new StatusError(410, 'Expired', 'The resourceVersion for the provided list is too old.');

function expired({ after }: Continuation): StatusError {
  const how =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';
  const next = toToken({ after, revision: anyRevision });
  return new StatusError(410, 'Expired', how, undefined, { continue: next });
}
