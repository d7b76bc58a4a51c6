// Hugging Face Hub API: token owner and model access.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxContext, SandboxService } from '../core/context.ts';
import { addStrikes } from '../core/strike.ts';
import { isGated, isMissing } from './models.ts';

/** The account of the sandbox's token. */
export interface HuggingFaceState {
  account: { name: string; fullname: string };
  /** The token was revoked on the account's page. */
  isTokenRevoked: boolean;
  /** Gated models with a licence that the account has not accepted. */
  withheldModels: string[];
}

export const seedHuggingFace = (): HuggingFaceState => ({
  account: { name: 'llm-demo', fullname: 'LLM demo' },
  isTokenRevoked: false,
  withheldModels: [],
});

/** @param token the only token that the Hub has issued. */
export function createHuggingFace(context: SandboxContext, token: string): SandboxService {
  const state = context.state<HuggingFaceState>('huggingface', seedHuggingFace);
  const isKnown = (request: FastifyRequest): boolean =>
    !state.isTokenRevoked && request.headers.authorization === `Bearer ${token}`;
  void context.http.register(async (scope) => {
    addStrikes(scope, context.faults, {
      service: 'huggingface',
      operation: (request) => `${request.method} ${request.url.slice('/huggingface'.length)}`,
    });
    scope.get('/huggingface/api/whoami-v2', (request, reply) => {
      if (!isKnown(request)) return refuse(reply, 401, 'Invalid username or password.');
      return reply.send(showAccount(state));
    });
    scope.all<{ Params: { '*': string } }>('/huggingface/*', (request, reply) => {
      const model = /^api\/models\/(.+)\/auth-check$/.exec(request.params['*'])?.[1];
      if (model === undefined || request.method !== 'GET') {
        const call = `${request.method} /${request.params['*']}`;
        context.unknown.push({ service: 'huggingface', call, at: context.clock.now() });
        return refuse(reply, 404, 'Sorry, we can’t find the page you are looking for.');
      }
      if (!isKnown(request)) return refuse(reply, 401, 'Invalid username or password.');
      return answerAccess(state, model, reply);
    });
  });
  return {
    name: 'huggingface',
    world: () => ({ ...state }),
    billable: () => [],
    stop: () => Promise.resolve(),
  };
}

function showAccount({ account }: HuggingFaceState): unknown {
  return {
    type: 'user',
    id: '65f0c0ffee0000000000beef',
    ...account,
    isPro: false,
    orgs: [],
    auth: { type: 'access_token', accessToken: { displayName: 'llmgw', role: 'read' } },
  };
}

function answerAccess(state: HuggingFaceState, model: string, reply: FastifyReply): FastifyReply {
  if (isMissing(model)) return refuse(reply, 404, 'Repository not found', 'RepoNotFound');
  if (isGated(model) && state.withheldModels.includes(model)) {
    const text = `Access to model ${model} is restricted and you are not in the authorized list. Visit https://huggingface.co/${model} to ask for access.`;
    return refuse(reply, 403, text, 'GatedRepo');
  }
  return reply.send({});
}

function refuse(reply: FastifyReply, status: number, error: string, code?: string): FastifyReply {
  // Headers contain only Latin-1.
  const headers = { 'x-error-message': error.replaceAll('’', "'") };
  return reply
    .code(status)
    .headers(code === undefined ? headers : { ...headers, 'x-error-code': code })
    .send({ error });
}
