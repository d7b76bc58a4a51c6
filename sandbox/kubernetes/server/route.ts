// Routing of a request: health, discovery, schemas, reviews, or resources.
import type { ServerResponse } from 'node:http';
import { noSuchPath, StatusError } from '../status-error.ts';
import type { Caller } from '../authorization/attributes.ts';
import type { ApiParts } from './api-server.ts';
import { deleteCollection, deleteObject } from './delete-requests.ts';
import {
  aggregated,
  coreVersions,
  groupDocument,
  groupList,
  resourceList,
  subresources,
  versionDocument,
} from './discovery.ts';
import {
  openApiDocument,
  openApiIndex,
  openApiV2,
  openApiV2Protobuf,
  openApiV2Type,
} from './openapi.ts';
import { getObject, listObjects } from './read-requests.ts';
import { decodeBody } from './request-body.ts';
import {
  type ApiRequest,
  type ApiResponse,
  findResource,
  parseResourcePath,
  type ResourcePath,
  type ResourceRequest,
  verbOf,
} from './request.ts';
import { podLog } from './pod-log.ts';
import { answerReview } from './reviews.ts';
import { evict, finalizeNamespace, issueToken, scaleRequest } from './subresource-requests.ts';
import { serveWatch } from './watch-requests.ts';
import { createObject, patchObject, replaceObject, type WriteParts } from './write-requests.ts';

export interface Streamed {
  readonly stream: (response: ServerResponse) => void;
}

/** Public paths, without a token. */
export const isPublic = (path: string): boolean =>
  path === '/version' || /^\/(healthz|livez|readyz)(\/|$)/.test(path);

const ok = (body: object | string, contentType?: string): ApiResponse =>
  contentType === undefined ? { status: 200, body } : { status: 200, body, contentType };

export interface Sender {
  /** Undefined for public paths. */
  readonly caller: Caller | undefined;
  readonly host: string;
}

export function route(
  parts: ApiParts,
  request: ApiRequest,
  { caller, host }: Sender,
): ApiResponse | Streamed {
  const document = fixedDocument(parts, request, host);
  if (document !== undefined) return document;
  const target = parseResourcePath(request.path);
  if (target === undefined) return unknownPath(parts, request);
  if (request.method === 'POST' && target.name === undefined) {
    const review = answerReview(target.plural, decodeBody(request), parts.access, caller);
    if (review !== undefined) return { status: 201, body: review };
  }
  const resource = findResource(parts.resources, target);
  if (resource === undefined) return unknownPath(parts, request, target);
  const { namespace, name, subresource } = target;
  return onResource(parts, { ...request, resource, namespace, name, subresource }, caller);
}

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

function fixedDocument(
  parts: ApiParts,
  request: ApiRequest,
  host: string,
): ApiResponse | undefined {
  const { path } = request;
  const { resources } = parts;
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  if (path === '/version') return ok(versionDocument(parts.state.spec));
  if (isPublic(path)) return ok('ok', 'text/plain; charset=utf-8');
  if (path === '/api' || path === '/apis') {
    const root = path === '/api' ? 'api' : 'apis';
    if (request.accept.replaceAll(' ', '').includes(aggregatedType)) {
      return ok(aggregated(resources, root), aggregatedType);
    }
    return ok(root === 'api' ? coreVersions(host) : groupList(resources));
  }
  if (path === '/openapi/v2') {
    const asProtobuf = request.accept.includes('proto-openapi');
    return asProtobuf ? ok(openApiV2Protobuf(), openApiV2Type) : ok(openApiV2);
  }
  if (path === '/openapi/v3') return ok(openApiIndex(resources));
  if (path.startsWith('/openapi/v3/')) {
    return found(openApiDocument(resources, path.slice('/openapi/v3/'.length)));
  }
  const [root, group, version, ...rest] = path.split('/').filter((part) => part !== '');
  if (root === 'api' && group !== undefined && version === undefined) {
    return found(resourceList(resources, { group: '', version: group }));
  }
  if (root === 'apis' && group !== undefined && rest.length === 0) {
    return version === undefined
      ? found(groupDocument(resources, group))
      : found(resourceList(resources, { group, version }));
  }
  return undefined;
}

/** Clients request unserved groups to find out whether they are served. */
function found(document: object | undefined): ApiResponse {
  if (document === undefined) throw noSuchPath();
  return ok(document);
}

/** Groups of every real cluster; a request for a missing one is a gap of the sandbox. */
const realGroups =
  /^$|^(apps|batch|autoscaling|policy|extensions)$|^(?!gateway\.|inference\.)[a-z.]*k8s\.io$/;

/** Optional documents, for which clients accept a 404. */
const probed = new Set(['/', '/swaggerapi', '/.well-known/openid-configuration']);

function unknownPath(parts: ApiParts, request: ApiRequest, target?: ResourcePath): never {
  const gap = target === undefined ? !probed.has(request.path) : realGroups.test(target.group);
  if (gap) report(parts, request);
  throw noSuchPath();
}

function report(parts: ApiParts, request: ApiRequest): void {
  parts.ctx.unknown.push({
    service: 'kubernetes',
    call: `${request.method} ${request.path}`,
    at: parts.ctx.clock.now(),
  });
}

function onResource(
  parts: ApiParts,
  request: ResourceRequest,
  caller: Caller | undefined,
): ApiResponse | Streamed {
  const { ctx, state, objects, writes } = parts;
  const now = (): number => ctx.clock.now();
  const write: WriteParts = {
    objects,
    writes,
    now,
    mayCreate: () => {
      if (caller === undefined) return;
      const { group, plural } = request.resource;
      const wanted = { verb: 'create', group, resource: plural, namespace: request.namespace };
      parts.access.require(caller, { ...wanted, name: request.name });
    },
    wrote: (manager) => {
      state.writes[manager] = (state.writes[manager] ?? 0) + 1;
      ctx.changed('kubernetes');
    },
  };
  const { resource, namespace, name, subresource, method } = request;
  const missingNamespace = resource.namespaced && namespace === undefined;
  const strayNamespace = !resource.namespaced && namespace !== undefined;
  if (strayNamespace || (missingNamespace && name !== undefined)) throw noSuchPath();
  if (missingNamespace && (method === 'POST' || method === 'DELETE')) throw notAllowed();
  if (subresource !== undefined && subresource !== 'status') {
    return onSubresource(parts, write, request);
  }
  if (subresource === 'status' && !resource.status) throw noSuchPath();
  switch (verbOf(request, { ...resource, namespace, name, subresource })) {
    case 'watch':
      return { stream: (response) => serveWatch(objects, request, response, ctx.clock) };
    case 'get':
      return getObject(objects, request, now());
    case 'list':
      return listObjects(objects, request, now());
    case 'create':
      if (name !== undefined) throw notAllowed();
      return createObject(write, request);
    case 'update':
      return replaceObject(write, named(request));
    case 'patch':
      return patchObject(write, named(request));
    case 'delete':
      return deleteObject(write, request);
    case 'deletecollection':
      return deleteCollection(write, request);
    default:
      throw notAllowed();
  }
}

function named(request: ResourceRequest): ResourceRequest {
  if (request.name === undefined) throw notAllowed();
  return request;
}

const notAllowed = (): StatusError =>
  new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );

function onSubresource(parts: ApiParts, write: WriteParts, request: ResourceRequest): ApiResponse {
  const known = subresources(request.resource).find(({ name }) => name === request.subresource);
  if (known === undefined) {
    report(parts, request);
    throw noSuchPath();
  }
  if (known.name === 'scale') return scaleRequest(write, request);
  if (known.name === 'finalize' && request.method === 'PUT') {
    return finalizeNamespace(write, request);
  }
  if (known.name === 'token' && request.method === 'POST') {
    return issueToken(write, parts.tokens, request);
  }
  if (known.name === 'eviction' && request.method === 'POST') return evict(write, request);
  if (known.name === 'log' && request.method === 'GET') {
    return podLog(write, parts.logOf, request);
  }
  throw notAllowed();
}
