// A parsed request to the API server: resource, verb and options.
import type { IncomingMessage } from 'node:http';
import type { Resource, Resources } from '../resources.ts';
import { badRequest } from '../status-error.ts';

export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  readonly userAgent: string;
  readonly body: Buffer;
}

/** A request for a served resource. */
export interface ResourceRequest extends ApiRequest {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

export interface ApiResponse {
  readonly status: number;
  readonly body: object | string | Buffer;
  readonly contentType?: string;
  readonly warnings?: readonly string[];
}

/** `/api/v1/...` or `/apis/GROUP/VERSION/...` below the group's own document; undefined for other paths. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const [root, ...rest] = parts;
  const grouped = root === 'apis';
  if (root !== 'api' && !grouped) return undefined;
  const [group, version] = grouped ? rest : ['', ...rest];
  const below = rest.slice(grouped ? 2 : 1);
  if (group === undefined || version === undefined || below.length === 0) return undefined;
  const [first = '', second, third, ...deeper] = below;
  // `namespaces/NAME`, `namespaces/NAME/status` are the namespace itself; other paths are inside it.
  const inside =
    first === 'namespaces' && third !== undefined && !(third === 'status' || third === 'finalize');
  const [plural, name, ...subresource] = inside
    ? [third, ...deeper]
    : [first, second, third, ...deeper].filter((part) => part !== undefined);
  return {
    group,
    version,
    plural: plural ?? '',
    namespace: inside ? second : undefined,
    name,
    subresource: subresource.length === 0 ? undefined : subresource.join('/'),
  };
}

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
};

/** The verb as authorization names it: get, list, watch, create, update, patch, delete, deletecollection. */
export function verbOf(request: ApiRequest, target: ResourcePath | undefined): string {
  if (request.method === 'DELETE') {
    return target !== undefined && target.name === undefined ? 'deletecollection' : 'delete';
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return verbs[request.method] ?? request.method.toLowerCase();
  }
  if (target === undefined) return 'get';
  if (isTrue(request.query.get('watch'))) return 'watch';
  return target.name === undefined ? 'list' : 'get';
}

export const isTrue = (value: string | null): boolean => value === 'true' || value === '1';

export function findResource(resources: Resources, path: ResourcePath): Resource | undefined {
  return resources.byPath(path.group, path.version, path.plural);
}

/** The field manager of a write. */
export function managerOf(request: ApiRequest): string {
  const given = request.query.get('fieldManager') ?? '';
  if (given.length > 128)
    throw badRequest('fieldManager: Too long: may not be more than 128 bytes');
  return given === '' ? (request.userAgent.split('/')[0] ?? 'unknown') || 'unknown' : given;
}

/** @throws StatusError 400 for a dryRun other than All */
export function isDryRun(request: ApiRequest, inBody: readonly unknown[] = []): boolean {
  const given = [...request.query.getAll('dryRun'), ...inBody];
  const strange = given.find((value) => value !== 'All');
  if (strange !== undefined) {
    throw badRequest(
      `dryRun: Unsupported value: ${JSON.stringify(strange)}: supported values: "All"`,
    );
  }
  return given.length > 0;
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
