// Common edge of Google's HTTP APIs: path templates, tokens, permissions, errors, faults.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxContext } from '../core/context.ts';
import type { FaultRule } from '../core/faults.ts';
import { addStrikes } from '../core/strike.ts';
import { ApiError, permissionDenied, unauthenticated } from './api-error.ts';
import type { Identity } from './identity.ts';

export interface ApiCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ApiMethod {
  /** Name in the discovery document. */
  readonly id: string;
  readonly verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Flat path in the discovery document: `/v1/projects/{project}:getIamPolicy`. */
  readonly path: string;
  /** The path's last parameter, with the slash before it, is optional. */
  readonly lastMayBeEmpty?: boolean;
  /** Matches only calls that have this query parameter; list such a method before the one without. */
  readonly withQuery?: string;
  /** Permission that the caller needs. */
  readonly permission?: string;
  /** The JSON body or its promise; undefined gives a 204. */
  readonly answer: (call: ApiCall) => unknown;
}

export interface Api {
  readonly service: FaultRule['service'];
  /** The API's own name, e.g. `compute.googleapis.com`. */
  readonly host: string;
  readonly title: string;
  /** Path prefix in the sandbox, e.g. `/compute`. */
  readonly prefix: string;
  /** Calls per real minute, all methods together; absent: unlimited. */
  readonly callsPerMinute?: number;
  readonly methods: readonly ApiMethod[];
}

interface Match {
  readonly method: ApiMethod;
  readonly params: Record<string, string>;
  readonly query: URLSearchParams;
}

export function serveApi(ctx: SandboxContext, identity: Identity, api: Api): void {
  const routes = api.methods.map((method) => ({ method, pattern: compile(method) }));
  const find = (request: FastifyRequest): Match | undefined => {
    const url = new URL(request.url, ctx.baseUrl);
    const path = url.pathname.slice(api.prefix.length);
    for (const { method, pattern } of routes) {
      if (method.verb !== request.method) continue;
      if (method.withQuery !== undefined && !url.searchParams.has(method.withQuery)) continue;
      const params = pattern(path);
      if (params !== undefined) return { method, params, query: url.searchParams };
    }
    return undefined;
  };
  const overQuota = createRateLimit(ctx, api.callsPerMinute ?? Number.POSITIVE_INFINITY);
  void ctx.http.register(async (http) => {
    takeAnyBody(http);
    addStrikes(http, ctx.faults, {
      service: api.service,
      operation: (request) => find(request)?.method.id ?? 'unknown',
    });
    http.all(`${api.prefix}/*`, async (request, reply) => {
      try {
        const match = find(request);
        if (match === undefined) throw unknownMethod(ctx, api, request);
        if (!identity.isValidToken(request.headers.authorization)) throw unauthenticated();
        if (overQuota()) throw quotaExceeded(api);
        return await answer(ctx, identity, api, match, request, reply);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const { body } = error.options;
        if (body?.startsWith('{')) reply.type('application/json');
        return reply.code(error.httpStatus).send(body ?? error.envelope());
      }
    });
  });
}

async function answer(
  ctx: SandboxContext,
  identity: Identity,
  api: Api,
  match: Match,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { projectId } = ctx.seed;
  const quotaProject = request.headers['x-goog-user-project'];
  const refused = identity.refusedConsumer(api, {
    authorization: request.headers.authorization,
    quotaProject: typeof quotaProject === 'string' ? quotaProject : undefined,
    projectId,
  });
  if (refused !== undefined) throw refused;
  const { method, params, query } = match;
  if (method.permission !== undefined && !identity.hasPermission(method.permission)) {
    const project = params['project'] ?? params['organization'] ?? projectId;
    throw permissionDenied(method.permission, `${api.host}/projects/${project}`);
  }
  const body = await method.answer({ params, query, body: readJson(request.body) });
  return body === undefined ? reply.code(204).send() : reply.send(body);
}

/** `/v1/{a}/x:verb` as a function from a path to its decoded parameters. */
function compile({
  path: template,
  lastMayBeEmpty = false,
}: ApiMethod): (path: string) => Record<string, string> | undefined {
  const names: string[] = [];
  const whole = template
    .split(/(\{\w+\})/)
    .map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (name === undefined) return part.replaceAll(/[.*+?^$()[\]|\\]/g, '\\$&');
      names.push(name);
      return '([^/:]+)';
    })
    .join('');
  const source = lastMayBeEmpty
    ? `${whole.slice(0, whole.lastIndexOf('/('))}(?:/([^/:]*))?`
    : whole;
  const pattern = new RegExp(`^${source}$`);
  return (path) => {
    const found = pattern.exec(path);
    if (found === null) return undefined;
    return Object.fromEntries(
      names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]),
    );
  };
}

function takeAnyBody(http: FastifyInstance): void {
  http.removeAllContentTypeParsers();
  http.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
}

function readJson(body: unknown): Record<string, unknown> {
  if (typeof body !== 'string' || body.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Answered below, like any other body that is not an object.
  }
  throw new ApiError(400, 'Invalid JSON payload received. Expected an object.');
}

function unknownMethod(ctx: SandboxContext, api: Api, request: FastifyRequest): ApiError {
  const path = request.url.split('?')[0] ?? '';
  const call = `${request.method} ${path.slice(api.prefix.length)}`;
  ctx.unknown.push({ service: api.service, call, at: ctx.clock.now() });
  return new ApiError(404, 'Method not found.');
}

/** Counts in windows of one real minute; true when this call exceeds the limit. */
function createRateLimit(ctx: SandboxContext, limit: number): () => boolean {
  let window = 0;
  let count = 0;
  return () => {
    const now = Math.floor(ctx.clock.now() / 60_000);
    if (now !== window) {
      window = now;
      count = 0;
    }
    count += 1;
    return count > limit;
  };
}

function quotaExceeded(api: Api): ApiError {
  return new ApiError(
    429,
    `Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service '${api.host}'.`,
    {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'RATE_LIMIT_EXCEEDED',
          domain: 'googleapis.com',
          metadata: { service: api.host, quota_limit_value: String(api.callsPerMinute) },
        },
      ],
    },
  );
}
