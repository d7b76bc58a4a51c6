// Web API routes: token, scope, rate limit, fault and method; HTTP 200 or 429.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FaultAction } from '../core/faults.ts';
import type { AppHost, AppHosts } from './app-hosts.ts';
import { CallArguments, decodeBody } from './call-arguments.ts';
import { Refusal } from './refusal.ts';
import { respond } from './response-url.ts';
import { takeUploads } from './uploads.ts';
import { type WebMethod, requireScope } from './web-method.ts';
import type { Workspace } from './workspace.ts';
import { truncateAnswer } from '../core/truncate.ts';

export interface WebApi {
  readonly methods: ReadonlyMap<string, WebMethod>;
}

export function serveWebApi(ws: Workspace, list: readonly WebMethod[], hosts: AppHosts): WebApi {
  const methods = new Map(list.map((each) => [each.name, each]));

  const answer = (name: string, request: FastifyRequest, reply: FastifyReply): unknown => {
    const body = typeof request.body === 'string' ? request.body : '';
    const query = request.query as Record<string, unknown>;
    const sent = { ...query, ...decodeBody(request.headers['content-type'] ?? '', body) };
    const args = new CallArguments(sent);
    const method = methods.get(name);
    if (method === undefined) {
      ws.ctx.unknown.push({ service: 'slack', call: name, at: ws.now() });
      throw new Refusal('unknown_method', { req_method: name });
    }
    if (method.token === 'none') return { ok: true, ...method.call(args, ws, hosts.main) };
    const host = hostOfToken(method.token, tokenOf(request, args), hosts);
    const { grant } = host.ws.app;
    const granted = method.token === 'app' ? grant.appScopes : grant.scopes;
    reply.header('x-oauth-scopes', granted.join(','));
    reply.header('x-accepted-oauth-scopes', method.scopes.join(','));
    requireScope(method.scopes, granted);
    const channel = args.text('channel');
    const retryAfter = host.limits.take({ method: name, tier: method.tier, channel });
    if (retryAfter !== undefined) {
      return reply
        .code(429)
        .header('retry-after', String(retryAfter))
        .send({ ok: false, error: 'ratelimited' });
    }
    return { ok: true, ...method.call(args, host.ws, host) };
  };

  ws.ctx.http.register(
    async (scope: FastifyInstance) => {
      takeRawBodies(scope);
      scope.all<{ Params: { method: string } }>('/api/:method', async (request, reply) => {
        const { method } = request.params;
        const fault = ws.ctx.faults.strike('slack', method);
        const done = await strikeBefore(fault, request, reply);
        if (done) return reply;
        const result = answered(() => answer(method, request, reply));
        if (fault?.kind === 'cut') {
          request.raw.socket.destroy();
          return reply.hijack();
        }
        return result;
      });
      scope.post<{ Params: { id: string } }>('/response/:team/:id', async (request, reply) => {
        const fault = ws.ctx.faults.strike('slack', 'response_url');
        if (await strikeBefore(fault, request, reply)) return reply;
        const result = answerResponseUrl(hosts, request, reply);
        if (fault?.kind !== 'cut') return result;
        request.raw.socket.destroy();
        return reply.hijack();
      });
    },
    { prefix: '/slack' },
  );
  ws.ctx.http.register(async (scope: FastifyInstance) => takeUploads(scope, ws), {
    prefix: '/slack',
  });
  return { methods };
}

/** Bodies are parsed as text: the Web API accepts the same arguments in several encodings. */
export function takeRawBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
}

function answered(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, error: error.code, ...error.fields };
  }
}

/** Injects the switchboard's fault before any work; true when that already sent an answer. */
async function strikeBefore(
  fault: FaultAction | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  switch (fault?.kind) {
    case 'status':
      await reply
        .code(fault.status)
        .headers(fault.headers)
        .type('application/json')
        .send(fault.body ?? JSON.stringify({ ok: false, error: 'internal_error' }));
      return true;
    case 'reset':
      request.raw.socket.destroy();
      reply.hijack();
      return true;
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, fault.ms));
      return false;
    case 'truncate':
      truncateAnswer(reply.raw);
      return false;
    case 'cut':
    case 'ending':
    case undefined:
      return false;
  }
}

function tokenOf(request: FastifyRequest, args: CallArguments): string {
  const header = request.headers.authorization ?? '';
  const bearer = /^Bearer (.+)$/i.exec(header)?.[1];
  return bearer ?? args.text('token') ?? '';
}

/** The app of the token. @throws Refusal not_authed, invalid_auth, not_allowed_token_type, or the token's error */
function hostOfToken(wanted: 'bot' | 'app', token: string, hosts: AppHosts): AppHost {
  if (token === '') throw new Refusal('not_authed');
  const host = hosts.ofToken(token);
  if (host === undefined) throw new Refusal('invalid_auth');
  const kind = token === host.tokens.appToken ? 'app' : 'bot';
  const refused = host.ws.app.grant.refusedTokens[kind];
  if (refused !== undefined) throw new Refusal(refused);
  if (kind !== wanted) throw new Refusal('not_allowed_token_type');
  return host;
}

function answerResponseUrl(
  hosts: AppHosts,
  request: FastifyRequest<{ Params: { id: string } }>,
  reply: FastifyReply,
): unknown {
  try {
    const body = typeof request.body === 'string' ? request.body : '';
    const { id } = request.params;
    respond(hosts.of(hosts.main.ws.responseUrls.get(id)?.app).ws, id, JSON.parse(body));
    return reply.type('text/plain').send('ok');
  } catch (error) {
    if (error instanceof SyntaxError) {
      return reply.code(400).send({ ok: false, error: 'invalid_payload' });
    }
    if (!(error instanceof Refusal)) throw error;
    const isGone = error.code === 'expired_url' || error.code === 'used_url';
    return reply.code(isGone ? 404 : 400).send({ ok: false, error: error.code, ...error.fields });
  }
}
