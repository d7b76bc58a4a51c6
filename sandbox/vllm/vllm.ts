// The model servers: vLLM's OpenAI-compatible routes over a small stand-in model.
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { SandboxContext } from '../core/context.ts';
import type { FaultAction } from '../core/faults.ts';
import { complete, ConnectionBroken, type Generating } from './generate.ts';
import { modelList } from './model-list.ts';
import { badRequest, errorBody, OpenAiError } from './openai-error.ts';
import { type Kind, readRequest } from './request.ts';
import type { ServedModel } from './served-model.ts';
import { createSlots } from './slots.ts';
import { metricsText, openVllmState } from './state.ts';
import { goneSignal, send, sendJson } from './write.ts';
import { truncateAnswer } from '../core/truncate.ts';

/** Real ms of work of a server before a cut closes its connection. */
const cutAfterMs = 150;

const kinds: Readonly<Record<string, Kind>> = {
  '/v1/completions': 'completions',
  '/v1/chat/completions': 'chat.completions',
};

export interface VllmRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly body: string;
  /** Name of the requested model server; each has its own queue. */
  readonly server: string;
  /** Aborted when the server's connection is closed by the other side. */
  readonly killed?: AbortSignal;
}

/** Completions since the start, in all model servers together. */
export interface ServedCounts {
  readonly running: number;
  readonly finished: number;
  /** Requests of clients that disconnected before the end. */
  readonly aborted: number;
}

export interface Vllm {
  served(): ServedCounts;
  /**
   * Answers on `response` like a server of this model; ends early when the client disconnects.
   * @returns false when the server itself broke the connection; then the caller must close it.
   */
  serve(request: VllmRequest, response: ServerResponse, model: ServedModel): Promise<boolean>;
}

export function createVllm(context: SandboxContext): Vllm {
  const state = openVllmState(context);
  const slots = createSlots();
  return {
    served: () => {
      const { abort, ...whole } = state.finished;
      const finished = Object.values(whole).reduce((sum, count) => sum + count, 0);
      return { running: state.running, finished, aborted: abort };
    },
    serve: async (request, response, model) => {
      const action = context.faults.strike('vllm', operationOf(request));
      if (action?.kind === 'delay') await wait(action.ms);
      if (action?.kind === 'reset') return false;
      if (action?.kind === 'cut') {
        // The work is done, but the connection closes before any output.
        await wait(cutAfterMs);
        return false;
      }
      if (action?.kind === 'truncate') truncateAnswer(response);
      response.setHeader('server', 'uvicorn');
      if (action?.kind === 'status') {
        sendStruck(response, action);
        return true;
      }
      const { server, killed } = request;
      const left = goneSignal(response);
      const gone = killed === undefined ? left : AbortSignal.any([left, killed]);
      const ending = action?.kind === 'ending' ? action.ending : undefined;
      const generating = { context, state, slots, server, model, response, gone, ending };
      try {
        await route(request, generating);
        return true;
      } catch (error) {
        if (error instanceof ConnectionBroken) return false;
        sendError(error, generating);
        return true;
      }
    },
  };
}

function sendStruck(
  response: ServerResponse,
  { status, body = '', headers }: Extract<FaultAction, { kind: 'status' }>,
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  send(response, status, body.startsWith('{') ? 'application/json' : 'text/plain', body);
}

function sendError(error: unknown, { response, model, gone }: Generating): void {
  const known = error instanceof OpenAiError ? error : undefined;
  if (known === undefined) console.error('sandbox: model server failed:', error);
  if (gone.aborted) return;
  const answer = known ?? new OpenAiError(500, 'InternalServerError', 'Internal server error');
  if (!response.headersSent) sendJson(response, answer.status, errorBody(answer, model));
  else response.end();
}

const operationOf = ({ method, path }: VllmRequest): string => kinds[path] ?? `${method} ${path}`;

async function route(request: VllmRequest, generating: Generating): Promise<void> {
  const { context, response, model, state } = generating;
  const { method, path, body } = request;
  const kind = kinds[path];
  if (kind !== undefined) {
    if (method !== 'POST') return sendJson(response, 405, { detail: 'Method Not Allowed' });
    const parsed = parse(body);
    reportUnimitated(context, kind, parsed);
    return complete(generating, kind, readRequest(kind, parsed, model));
  }
  if (path === '/health' || path === '/ping') return send(response, 200, undefined, '');
  if (path === '/version') return sendJson(response, 200, { version: model.version });
  if (path === '/v1/models') return sendJson(response, 200, modelList(model));
  if (path === '/metrics') {
    return send(response, 200, 'text/plain; version=0.0.4', metricsText(state, model.name));
  }
  context.unknown.push({ service: 'vllm', call: `${method} ${path}`, at: context.clock.now() });
  return sendJson(response, 404, { detail: 'Not Found' });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw badRequest("[{'type': 'json_invalid', 'loc': ('body', 0), 'msg': 'JSON decode error'}]");
  }
}

/** Fields that a real server supports and this one does not. */
function reportUnimitated(context: SandboxContext, kind: Kind, body: unknown): void {
  if (typeof body !== 'object' || body === null) return;
  const fields: Readonly<Record<string, unknown>> = { ...body };
  for (const field of ['echo', 'logprobs', 'best_of', 'suffix', 'tools', 'response_format']) {
    if ([undefined, null, false].includes(fields[field] as null)) continue;
    context.unknown.push({ service: 'vllm', call: `${kind} ${field}`, at: context.clock.now() });
  }
}
