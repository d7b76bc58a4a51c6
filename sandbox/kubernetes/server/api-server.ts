// The API server of one cluster: TLS, tokens, faults and routing of requests.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { SandboxContext } from '../../core/context.ts';
import type { FaultAction } from '../../core/faults.ts';
import { admitLocalOnly } from '../../core/local-access.ts';
import type { Access } from '../authorization/access.ts';
import type { AccountTokens } from '../authorization/account-tokens.ts';
import type { Attributes, Caller } from '../authorization/attributes.ts';
import type { LogSource } from '../cluster.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { Objects } from '../objects.ts';
import type { Resources } from '../resources.ts';
import { StatusError } from '../status-error.ts';
import type { Writes } from '../writes.ts';
import { type AwayKind, type AwayServer, startAway } from './away-server.ts';
import { wantsYaml } from './present.ts';
import {
  type ApiRequest,
  type ApiResponse,
  parseResourcePath,
  readBody,
  verbOf,
} from './request.ts';
import { isPublic, route, type Streamed } from './route.ts';
import { truncateAnswer } from '../../core/truncate.ts';

export interface ApiParts {
  readonly ctx: SandboxContext;
  readonly access: Access;
  readonly tokens: AccountTokens;
  readonly state: ClusterState;
  readonly resources: Resources;
  readonly objects: Objects;
  readonly writes: Writes;
  readonly logOf: LogSource;
}

export interface ApiServer {
  /** `127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** Away: connections are reset and the endpoint behaves so; undefined: the server is back. */
  setAway(away: AwayKind | undefined): Promise<void>;
  /** Ends every open watch, like a restart of the server. */
  endWatches(): void;
  stop(): Promise<void>;
}

export async function startApiServer(parts: ApiParts): Promise<ApiServer> {
  const watches = new Set<ServerResponse>();
  const server = createServer(parts.state.certificate, (request, response) => {
    void serve(parts, watches, request, response);
  });
  admitLocalOnly(server, { defaultPort: 443 });
  // Watches stay open for as long as the client asks.
  server.requestTimeout = 0;
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  /** Listens at the endpoint while the server is away. */
  let stand: AwayServer | undefined;
  return {
    endpoint: `127.0.0.1:${port}`,
    endWatches: () => {
      for (const watch of watches) watch.end();
    },
    setAway: async (away) => {
      if (away !== undefined && server.listening) await close(server);
      await stand?.stop();
      stand = undefined;
      if (away === undefined) {
        if (!server.listening) await listen(server, port);
      } else if (away !== 'refused') {
        stand = await startAway(away, port, parts.state.certificate);
      }
    },
    stop: async () => {
      await stand?.stop();
      await close(server);
    },
  };
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

async function serve(
  parts: ApiParts,
  watches: Set<ServerResponse>,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const request = await toRequest(incoming);
    const action = strike(parts, request);
    if (action?.kind === 'reset') {
      response.socket?.resetAndDestroy();
      return;
    }
    if (action?.kind === 'delay') await wait(action.ms, undefined, { ref: false });
    if (action?.kind === 'status') {
      sendFault(response, action);
      return;
    }
    const answer = attempt(() => {
      const caller = admit(parts, request, incoming);
      return route(parts, request, { caller, host: incoming.headers.host ?? '' });
    });
    if (action?.kind === 'truncate') truncateAnswer(response);
    if (action?.kind === 'cut') response.socket?.destroy();
    else if ('stream' in answer) {
      watches.add(response);
      response.once('close', () => watches.delete(response));
      streamOrFail(answer, request, response);
    } else send(request, response, answer);
  } catch {
    // The client disconnected during its request.
    response.destroy();
  }
}

async function toRequest(incoming: IncomingMessage): Promise<ApiRequest> {
  const url = new URL(incoming.url ?? '/', 'https://cluster');
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    accept: incoming.headers.accept ?? '',
    contentType: incoming.headers['content-type'] ?? '',
    userAgent: incoming.headers['user-agent'] ?? '',
    body: await readBody(incoming),
  };
}

/** The operation is `<verb> <resource>`, as in `patch gateways` or `update gateways/status`; `get /path` for others. */
function strike(parts: ApiParts, request: ApiRequest): FaultAction | undefined {
  const target = parseResourcePath(request.path);
  const verb = verbOf(request, target);
  const sub = target?.subresource === undefined ? '' : `/${target.subresource}`;
  const what = target === undefined ? request.path : `${target.plural}${sub}`;
  return parts.ctx.faults.strike('kubernetes', `${verb} ${what}`);
}

/** The authorized caller; undefined for public paths. @throws StatusError 401 or 403 */
function admit(
  { access }: ApiParts,
  request: ApiRequest,
  incoming: IncomingMessage,
): Caller | undefined {
  if (isPublic(request.path)) return undefined;
  const caller = access.authenticate(incoming.headers);
  access.require(caller, attributesOf(request));
  return caller;
}

function attributesOf(request: ApiRequest): Attributes {
  const target = parseResourcePath(request.path);
  if (target === undefined) return { verb: request.method.toLowerCase(), path: request.path };
  const { group, plural, namespace, name, subresource } = target;
  // A request for a namespace has it in its path and is authorized within it.
  const within = plural === 'namespaces' && group === '' ? name : namespace;
  const verb = verbOf(request, target);
  return { verb, group, resource: plural, subresource, namespace: within, name };
}

type Answer = ApiResponse | Streamed;

function attempt(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): ApiResponse {
  if (error instanceof StatusError) return { status: error.code, body: error.body() };
  const why = error instanceof Error ? error.message : String(error);
  const status = new StatusError(500, 'InternalError', `Internal error occurred: ${why}`);
  return { status: 500, body: status.body() };
}

function streamOrFail({ stream }: Streamed, request: ApiRequest, response: ServerResponse): void {
  try {
    stream(response);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else send(request, response, failure(error));
  }
}

function send(request: ApiRequest, response: ServerResponse, answer: ApiResponse): void {
  const { status, body, contentType, warnings = [] } = answer;
  const plain = typeof body === 'string' || Buffer.isBuffer(body);
  const yaml = wantsYaml(request) && !plain;
  const text = plain ? body : yaml ? stringify(body) : JSON.stringify(body);
  const quoted = warnings.map((warning) => `299 - ${JSON.stringify(warning)}`);
  if (quoted.length > 0) response.setHeader('warning', quoted);
  response.writeHead(status, {
    'content-type': contentType ?? (yaml ? 'application/yaml' : 'application/json'),
    'cache-control': 'no-cache, private',
    'content-length': Buffer.byteLength(text),
  });
  response.end(request.method === 'HEAD' ? '' : text);
}

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** Messages of a real API server or its front end for these statuses. */
const words: Readonly<Record<number, string>> = {
  429: 'Too many requests, please try again later.',
  500: 'Internal error occurred: etcdserver: request timed out',
  503: 'the server is currently unable to handle the request',
  504: 'Timeout: request did not complete within the allotted timeout',
};

function sendFault(
  response: ServerResponse,
  action: Extract<FaultAction, { kind: 'status' }>,
): void {
  const { status, body, headers } = action;
  const message = words[status] ?? 'the server was told to fail';
  const own = new StatusError(status, reasons[status] ?? '', message).body();
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body ?? JSON.stringify(own));
}
