// Access checks of every sandbox listener: local host names and origins only.
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';

export interface LocalAddress {
  readonly port: number;
  /** Port that a client leaves out of `Host`: 80, or 443 with TLS. */
  readonly defaultPort: 80 | 443;
  /** `Host` may lack the port: Slack's SDK for Python omits it in its WebSocket handshake; browsers never do. */
  readonly isPortOptional?: boolean;
  /** Further host names of this listener; `*.example.com` covers its subdomains. */
  readonly names?: readonly string[];
}

export interface AccessHeaders {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite?: string | undefined;
  readonly fetchMode?: string | undefined;
  readonly fetchDest?: string | undefined;
}

export interface Foreign {
  readonly code: 'foreign_host' | 'foreign_origin';
  readonly message: string;
}

/**
 * A web page reaches a loopback port by its own host name (DNS rebinding) or from its own origin.
 * Both are refused, and so is a subresource request of another site's page.
 */
export function findForeign(headers: AccessHeaders, at: LocalAddress): Foreign | undefined {
  if (!isLocal(headers.host, at)) {
    return {
      code: 'foreign_host',
      message: `This listener answers to 127.0.0.1:${at.port} and localhost:${at.port} only.`,
    };
  }
  const { origin, fetchSite = 'none' } = headers;
  const isOwnPage = origin === undefined || isLocal(hostOfOrigin(origin), at);
  const isForeignFetch = ['cross-site', 'same-site'].includes(fetchSite) && !isLink(headers);
  if (isOwnPage && !isForeignFetch) return undefined;
  return { code: 'foreign_origin', message: 'Requests of other web pages are refused.' };
}

/** A link from another page may open this one. */
const isLink = ({ fetchMode, fetchDest }: AccessHeaders): boolean =>
  fetchMode === 'navigate' && fetchDest === 'document';

function isLocal(authority: string | undefined, at: LocalAddress): boolean {
  const [, name = '', port] =
    /^(\[[0-9a-f:]+\]|[^:@/?#\\\s]+)(?::(\d+))?$/i.exec(authority ?? '') ?? [];
  const lower = name.toLowerCase();
  const isPortLeftOut = port === undefined && at.isPortOptional === true;
  const isPort = isPortLeftOut || Number(port ?? at.defaultPort) === at.port;
  if (lower === '' || !isPort) return false;
  return isLoopback(lower) || (at.names ?? []).some((known) => covers(known.toLowerCase(), lower));
}

function isLoopback(name: string): boolean {
  return (
    name === 'localhost' ||
    name === '[::1]' ||
    /^127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(name)
  );
}

const covers = (known: string, name: string): boolean =>
  known.startsWith('*.') ? name.endsWith(known.slice(1)) : known === name;

/** `null` and any other invalid address have no host. */
function hostOfOrigin(origin: string): string | undefined {
  return /^https?:\/\/([^/]+)$/i.exec(origin)?.[1];
}

/** Refuses foreign requests and upgrades before any handler of this server runs. */
export function admitLocalOnly(
  server: Server | TlsServer,
  options: { readonly defaultPort?: 80 | 443; readonly names?: () => readonly string[] } = {},
): void {
  const { defaultPort = 80, names } = options;
  const foreign = (request: IncomingMessage, isPortOptional = false): Foreign | undefined =>
    findForeign(accessHeaders(request.headers), {
      isPortOptional,
      port: request.socket.localPort ?? 0,
      defaultPort,
      names: names?.() ?? [],
    });
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean;
  // Listeners of one event cannot stop each other, so the check runs before all of them.
  server.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    const [request, other] = args;
    if (requestEvents.has(event)) {
      const found = foreign(request as IncomingMessage);
      if (found !== undefined) return refuse(other as ServerResponse, found);
    }
    if (socketEvents.has(event)) {
      const { headers } = request as IncomingMessage;
      const found = foreign(request as IncomingMessage, headers.origin === undefined);
      if (found !== undefined) return refuseUpgrade(other as Duplex);
    }
    return emit(event, ...args);
  };
}

const requestEvents = new Set<string | symbol>(['request', 'checkContinue', 'checkExpectation']);
const socketEvents = new Set<string | symbol>(['upgrade', 'connect']);

function accessHeaders(headers: IncomingHttpHeaders): AccessHeaders {
  const text = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    host: headers.host,
    origin: headers.origin,
    fetchSite: text('sec-fetch-site'),
    fetchMode: text('sec-fetch-mode'),
    fetchDest: text('sec-fetch-dest'),
  };
}

function refuse(response: ServerResponse, { code, message }: Foreign): true {
  response.writeHead(403, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify({ ok: false, error: code, message }));
  return true;
}

/** A client may reset the connection: no other listener handles its errors. */
export function refuseUpgrade(socket: Duplex): true {
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
  return true;
}

const withoutBody = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);

/**
 * Control routes accept JSON only: a cross-origin browser request of that type needs a preflight.
 * Call it before the routes are added.
 */
export function requireJsonForControl(http: FastifyInstance): void {
  http.addHook('onRequest', async (request, reply) => {
    const isControl = request.routeOptions.url?.startsWith('/_sandbox') === true;
    if (!isControl || withoutBody.has(request.method)) return;
    const [type = ''] = (request.headers['content-type'] ?? '').split(';');
    if (type.trim().toLowerCase() === 'application/json') return;
    const message = 'Send this with the header Content-Type: application/json.';
    await reply.code(415).send({ ok: false, error: 'json_required', message });
  });
  const parse = http.getDefaultJsonParser('error', 'error');
  http.removeContentTypeParser('application/json');
  http.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Some clients send the type without a body.
    if (body === '') done(null);
    else void parse(request, body as string, done);
  });
}
