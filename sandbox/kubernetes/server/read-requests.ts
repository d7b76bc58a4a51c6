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

/** The objects that a collection request selects, in the order of the store. */
export function selected(objects: Objects, request: ResourceRequest): KubeObject[] {
  const { group, kind } = request.resource;
  const matches = selectorOf(request.resource, request.query);
  return objects.list(groupKindOf(group, kind), request.namespace).filter(matches);
}

export function listObjects(objects: Objects, request: ResourceRequest, now: number): ApiResponse {
  const all = selected(objects, request);
  const limit = Number(request.query.get('limit') ?? '0');
  if (!Number.isInteger(limit) || limit < 0) throw badRequest('limit must be a whole number');
  const from = continuation(request.query.get('continue'));
  const rest = from === undefined ? all : all.filter((object) => keyOfObject(object) > from.after);
  const page = limit === 0 ? rest : rest.slice(0, limit);
  const last = page.at(-1);
  const resourceVersion = from?.resourceVersion ?? String(objects.revision());
  const more = rest.length - page.length;
  const metadata: ListMeta =
    more === 0 || last === undefined
      ? { resourceVersion }
      : {
          resourceVersion,
          continue: toToken({ after: keyOfObject(last), resourceVersion }),
          remainingItemCount: more,
        };
  return { status: 200, body: presentList(request, request.resource, page, metadata, now) };
}

const keyOfObject = ({ metadata }: KubeObject): string => keyOf(metadata.namespace, metadata.name);

interface Continuation {
  readonly after: string;
  readonly resourceVersion: string;
}

const toToken = (from: Continuation): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', ...from })).toString('base64url');

function continuation(token: string | null): Continuation | undefined {
  if (token === null || token === '') return undefined;
  try {
    const from: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (isObject(from)) {
      return {
        after: stringOr(from['after']),
        resourceVersion: stringOr(from['resourceVersion']),
      };
    }
  } catch {
    // Falls through: a token that cannot be read is answered as an expired one.
  }
  throw new StatusError(410, 'Expired', 'The provided continue parameter is too old or not valid.');
}
