// The metadata server of a Google machine: workload identity and access tokens.
// https://docs.cloud.google.com/compute/docs/metadata/predefined-metadata-keys
import type { FastifyReply } from 'fastify';
import type { SandboxContext } from '../core/context.ts';
import { addStrikes } from '../core/strike.ts';
import type { GoogleState } from './state.ts';
import { endedToken, issueToken } from './tokens.ts';

const base = '/computeMetadata/v1';
const scope = 'https://www.googleapis.com/auth/cloud-platform';

type Entry = (ctx: SandboxContext, state: GoogleState) => string | object;

/** Keys below `/computeMetadata/v1/`; a string is answered as text. */
export const metadataEntries: Readonly<Record<string, Entry>> = {
  instance: () => 'attributes/\nservice-accounts/\nzone\n',
  'instance/zone': (ctx) => `projects/${ctx.seed.projectNumber}/zones/${ctx.seed.zone}`,
  'instance/service-accounts': (_ctx, state) => `${state.caller.email}/\ndefault/\n`,
  'instance/service-accounts/{account}': () => 'aliases\nemail\nidentity\nscopes\ntoken\n',
  'instance/service-accounts/{account}/email': (_ctx, state) => state.caller.email,
  'instance/service-accounts/{account}/scopes': () => `${scope}\n`,
  'instance/service-accounts/{account}/aliases': () => 'default\n',
  'instance/service-accounts/{account}/token': (ctx, state) => {
    const { token, expiresInSeconds } = ctx.faults.hasTrouble('stale-tokens')
      ? endedToken()
      : issueToken(state, ctx.clock);
    ctx.changed('google');
    return { access_token: token, expires_in: expiresInSeconds, token_type: 'Bearer' };
  },
  'project/project-id': (ctx) => ctx.seed.projectId,
  'project/numeric-project-id': (ctx) => ctx.seed.projectNumber,
  'universe/universe-domain': () => 'googleapis.com',
};

export function serveMetadata(ctx: SandboxContext, state: GoogleState): void {
  void ctx.http.register(async (http) => {
    addStrikes(http, ctx.faults, {
      service: 'metadata',
      operation: (request) => keyOf(request.url),
    });
    http.addHook('onRequest', async (_request, reply) => {
      reply.header('metadata-flavor', 'Google').header('server', 'Metadata Server for VM');
    });
    http.get(base, (_request, reply) =>
      reply.type('application/text').send('instance/\nproject/\n'),
    );
    http.get(`${base}/*`, (request, reply) => {
      if (request.headers['metadata-flavor'] !== 'Google') {
        return refuse(reply, 403, 'Missing Metadata-Flavor:Google header.');
      }
      const key = keyOf(request.url);
      const entry = metadataEntries[aliased(key, state)];
      if (entry === undefined) {
        ctx.unknown.push({ service: 'metadata', call: `GET ${key}`, at: ctx.clock.now() });
        return refuse(reply, 404, 'The requested URL was not found on this server.');
      }
      const value = entry(ctx, state);
      return reply
        .type(typeof value === 'string' ? 'application/text' : 'application/json')
        .send(value);
    });
  });
}

function keyOf(url: string): string {
  const path = url.split('?')[0] ?? '';
  return path.slice(base.length + 1).replace(/\/$/, '');
}

/** The account may be named by its alias or its e-mail. */
function aliased(key: string, state: GoogleState): string {
  const parts = key.split('/');
  if (parts[1] === 'service-accounts' && parts[2] !== undefined) {
    if (!['default', state.caller.email].includes(decodeURIComponent(parts[2]))) return key;
    parts[2] = '{account}';
  }
  return parts.join('/');
}

function refuse(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=UTF-8')
    .send(`<!DOCTYPE html><html lang=en><title>Error ${status}</title><p>${text}</p></html>\n`);
}
