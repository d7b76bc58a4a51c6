// One model server: OpenAI-compatible routes of vLLM over a small stand-in model, with a real token pace and real streams.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { SandboxContext } from '../core/context.ts';
import type { FaultAction } from '../core/faults.ts';
import { badRequest, errorBody, OpenAiError } from './openai-error.ts';
import { type Asked, type Generation, type Kind, readRequest } from './request.ts';
import { modelList } from './model-list.ts';
import type { ServedModel } from './served-model.ts';

/** Real ms from the request to the first token, and from token to token, of a small model on a CPU. */
const firstTokenMs = 150;
const tokenMs = 25;

const kinds: Readonly<Record<string, Kind>> = {
  '/v1/completions': 'completions',
  '/v1/chat/completions': 'chat.completions',
};

export interface VllmRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: string;
}

/** Completions since the start, in all model servers together. */
export interface Served {
  running: number;
  finished: number;
  /** The client went away before the last word. */
  aborted: number;
}

export interface Vllm {
  readonly served: Readonly<Served>;
  /** Answers on `response` as a server of this model does; ends early when the client goes away. */
  serve(
    request: VllmRequest,
    response: ServerResponse<IncomingMessage>,
    model: ServedModel,
  ): Promise<void>;
}

export function createVllm(context: SandboxContext): Vllm {
  const served: Served = { running: 0, finished: 0, aborted: 0 };
  return {
    served,
    serve: async (request, response, model) => {
      const operation = operationOf(request);
      const action = context.faults.strike('vllm', operation);
      if (action?.kind === 'delay') await wait(action.ms);
      if (action?.kind === 'reset') return void response.socket?.resetAndDestroy();
      if (action?.kind === 'status') return sendStruck(response, action);
      if (action?.kind === 'cut') {
        // The work is done and the connection goes before a word of it.
        await wait(firstTokenMs);
        return void response.socket?.destroy();
      }
      try {
        await route({ context, request, response, model, served });
      } catch (error) {
        const known = error instanceof OpenAiError ? error : undefined;
        if (known === undefined) console.error('sandbox: model server failed:', error);
        const answer =
          known ?? new OpenAiError(500, 'InternalServerError', 'Internal server error');
        if (!response.headersSent) sendJson(response, answer.status, errorBody(answer, model));
        else response.end();
      }
    },
  };
}

const operationOf = ({ method, path }: VllmRequest): string => kinds[path] ?? `${method} ${path}`;

interface Routed {
  readonly context: SandboxContext;
  readonly request: VllmRequest;
  readonly response: ServerResponse<IncomingMessage>;
  readonly model: ServedModel;
  readonly served: Served;
}

async function route(routed: Routed): Promise<void> {
  const { context, request, response, model } = routed;
  const { method, path, body } = request;
  const kind = kinds[path];
  if (kind !== undefined) {
    if (method !== 'POST') return sendJson(response, 405, { detail: 'Method Not Allowed' });
    const parsed = parse(body);
    reportUnimitated(context, kind, parsed);
    const asked = readRequest(kind, parsed, model);
    return counted(routed, () => complete(routed, kind, asked));
  }
  if (path === '/health' || path === '/ping') return sendEmpty(response);
  if (path === '/version') return sendJson(response, 200, { version: model.version });
  if (path === '/v1/models') return sendJson(response, 200, modelList(model));
  context.unknown.push({ service: 'vllm', call: `${method} ${path}`, at: context.clock.now() });
  return sendJson(response, 404, { detail: 'Not Found' });
}

async function counted({ served, response }: Routed, work: () => Promise<void>): Promise<void> {
  served.running += 1;
  try {
    await work();
  } finally {
    served.running -= 1;
    if (response.writableEnded) served.finished += 1;
    else served.aborted += 1;
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw badRequest("[{'type': 'json_invalid', 'loc': ('body', 0), 'msg': 'JSON decode error'}]");
  }
}

/** Fields that a real server would act on and this one does not. */
function reportUnimitated(context: SandboxContext, kind: Kind, body: unknown): void {
  if (typeof body !== 'object' || body === null) return;
  const fields: Readonly<Record<string, unknown>> = { ...body };
  for (const field of ['echo', 'logprobs', 'best_of', 'suffix', 'tools', 'response_format']) {
    if ([undefined, null, false].includes(fields[field] as null)) continue;
    context.unknown.push({ service: 'vllm', call: `${kind} ${field}`, at: context.clock.now() });
  }
}

async function complete(routed: Routed, kind: Kind, asked: Asked): Promise<void> {
  const { response, context } = routed;
  const id = `${kind === 'completions' ? 'cmpl' : 'chatcmpl'}-${crypto.randomUUID().replaceAll('-', '')}`;
  const head = { id, created: Math.floor(context.clock.now() / 1000), kind };
  if (asked.stream) return stream(routed, head, asked);
  const longest = Math.max(...asked.generations.map((one) => one.tokens.length));
  await pause(response, firstTokenMs + longest * tokenMs);
  const model = asked.generations[0]?.model ?? routed.model.name;
  return sendJson(response, 200, {
    id,
    object: kind === 'completions' ? 'text_completion' : 'chat.completion',
    created: head.created,
    model,
    choices: asked.generations.map((one, index) => choice(kind, one, index)),
    usage: usageOf(asked.generations),
  });
}

function choice(kind: Kind, one: Generation, index: number): object {
  const text = one.tokens.join('');
  const end = { logprobs: null, finish_reason: one.finishReason, stop_reason: one.stopReason };
  return kind === 'completions'
    ? { index, text, ...end, prompt_logprobs: null }
    : { index, message: { role: 'assistant', content: text, tool_calls: [] }, ...end };
}

function usageOf(generations: readonly Generation[], upTo = Infinity): object {
  const [first] = generations;
  const prompt = first?.promptTokens ?? 0;
  const completion = generations.reduce((sum, one) => sum + Math.min(upTo, one.tokens.length), 0);
  return {
    prompt_tokens: prompt,
    total_tokens: prompt + completion,
    completion_tokens: completion,
    prompt_tokens_details: null,
  };
}

interface Head {
  readonly id: string;
  readonly created: number;
  readonly kind: Kind;
}

async function stream(routed: Routed, head: Head, asked: Asked): Promise<void> {
  const { response, context, model } = routed;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const send = (event: object | '[DONE]'): void =>
    void response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
  const chunk = (choices: readonly object[], more: object = {}): object => ({
    id: head.id,
    object: head.kind === 'completions' ? 'text_completion' : 'chat.completion.chunk',
    created: head.created,
    model: asked.generations[0]?.model ?? model.name,
    choices,
    ...(asked.includeUsage ? { usage: null } : {}),
    ...more,
  });
  if (head.kind !== 'completions') {
    send(
      chunk(
        asked.generations.map((_, index) =>
          delta(head.kind, index, { role: 'assistant', content: '' }),
        ),
      ),
    );
  }
  const broken = context.faults.strike('vllm', `${head.kind}.stream`);
  const longest = Math.max(...asked.generations.map((one) => one.tokens.length));
  const breaksAt = broken === undefined ? Infinity : Math.ceil(longest / 2);
  await pause(response, firstTokenMs);
  for (let at = 0; at < longest && !response.destroyed; at += 1) {
    if (at === breaksAt && broken !== undefined && (await breakStream(routed, broken))) return;
    send(chunk(nextPieces(head.kind, asked.generations, at)));
    await pause(response, tokenMs);
  }
  if (response.destroyed) return;
  if (asked.includeUsage) send(chunk([], { usage: usageOf(asked.generations) }));
  send('[DONE]');
  response.end();
}

function nextPieces(kind: Kind, generations: readonly Generation[], at: number): object[] {
  return generations.flatMap((one, index) => {
    const token = one.tokens[at];
    if (token === undefined) return [];
    const isLast = at === one.tokens.length - 1;
    const end = {
      finish_reason: isLast ? one.finishReason : null,
      stop_reason: isLast ? one.stopReason : null,
    };
    return [delta(kind, index, { content: token }, end)];
  });
}

function delta(
  kind: Kind,
  index: number,
  piece: { role?: string; content: string },
  end: object = { finish_reason: null },
): object {
  return kind === 'completions'
    ? { index, text: piece.content, logprobs: null, ...end }
    : { index, delta: piece, logprobs: null, ...end };
}

/** @returns whether the stream is over. */
async function breakStream({ response, model }: Routed, action: FaultAction): Promise<boolean> {
  if (action.kind === 'delay') await wait(action.ms);
  if (action.kind === 'delay') return false;
  if (action.kind === 'status') {
    const error = new OpenAiError(
      action.status,
      'InternalServerError',
      action.body ?? 'Internal server error',
    );
    response.write(`data: ${JSON.stringify({ error: { ...errorBody(error, model) } })}\n\n`);
    response.write('data: [DONE]\n\n');
    response.end();
  } else response.socket?.destroy();
  return true;
}

/** A client that goes away ends the wait. */
async function pause(response: ServerResponse, ms: number): Promise<void> {
  const gone = new AbortController();
  const abort = (): void => gone.abort();
  response.once('close', abort);
  try {
    await wait(ms, undefined, { signal: gone.signal });
  } catch {
    // The client has gone: the caller sees a destroyed response.
  } finally {
    response.off('close', abort);
  }
}

function sendStruck(
  response: ServerResponse,
  action: Extract<FaultAction, { kind: 'status' }>,
): void {
  const type = action.body?.startsWith('{') ? 'application/json' : 'text/plain';
  response.writeHead(action.status, { 'content-type': type, ...action.headers });
  response.end(action.body ?? '');
}

function sendEmpty(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '0' });
  response.end();
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  if (response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
  });
  response.end(text);
}
