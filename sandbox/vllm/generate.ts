// Generating an answer at a real token pace, whole or as an event stream; a client that goes away stops the model.
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { SandboxContext } from '../core/context.ts';
import type { FaultAction } from '../core/faults.ts';
import { OpenAiError, streamErrorBody } from './openai-error.ts';
import { type Asked, type Generation, type Kind, usageOf } from './request.ts';
import type { ServedModel } from './served-model.ts';
import type { Slots } from './slots.ts';
import { type FinishReason, keep, type ModelRequest, type VllmState } from './state.ts';
import { pause, sendJson } from './write.ts';

/** Real ms from the request to the first token, and from token to token, of a small model on a CPU. */
const firstTokenMs = 150;
const tokenMs = 25;

/** The server has gone in the middle of an answer. */
export class ConnectionBroken extends Error {}

export interface Generating {
  readonly context: SandboxContext;
  readonly state: VllmState;
  readonly slots: Slots;
  /** Which of the model servers works: each has slots of its own. */
  readonly server: string;
  readonly model: ServedModel;
  readonly response: ServerResponse;
  readonly gone: AbortSignal;
}

interface Running extends Generating {
  readonly kind: Kind;
  readonly asked: Asked;
  readonly id: string;
  readonly created: number;
  readonly request: ModelRequest;
}

export async function complete(generating: Generating, kind: Kind, asked: Asked): Promise<void> {
  const { context, state, slots, server, model, gone } = generating;
  const id = `${kind === 'completions' ? 'cmpl' : 'chatcmpl'}-${randomUUID().replaceAll('-', '')}`;
  const at = context.clock.now();
  const request: ModelRequest = {
    id,
    at,
    operation: kind,
    model: asked.model,
    prompt: asked.prompt,
    maxTokens: asked.maxTokens,
    temperature: asked.temperature,
    stream: asked.stream,
    state: 'waiting',
    tokens: 0,
  };
  keep(state, request);
  state.waiting += 1;
  context.changed('vllm');
  const free = await slots.take(server, model.maxSequences, gone);
  state.waiting -= 1;
  const end = (reason: FinishReason): void => {
    request.state = reason;
    state.finished[reason] += 1;
    state.promptTokens += asked.generations[0]?.promptTokens ?? 0;
    state.generationTokens += request.tokens;
    context.changed('vllm');
  };
  if (free === undefined) return end('abort');
  request.state = 'running';
  state.running += 1;
  context.changed('vllm');
  const running = { ...generating, kind, asked, id, created: Math.floor(at / 1000), request };
  try {
    end(await (asked.stream ? stream(running) : answerWhole(running)));
  } catch (error) {
    end('error');
    throw error;
  } finally {
    state.running -= 1;
    free();
  }
}

const longestOf = ({ generations }: Asked): number =>
  Math.max(...generations.map((one) => one.tokens.length));

const reasonOf = ({ generations }: Asked): FinishReason => generations[0]?.finishReason ?? 'stop';

async function answerWhole(running: Running): Promise<FinishReason> {
  const { response, gone, kind, asked, id, created, request } = running;
  await pause(gone, firstTokenMs);
  const longest = longestOf(asked);
  while (request.tokens < longest && !gone.aborted) {
    await pause(gone, tokenMs);
    request.tokens += 1;
  }
  if (gone.aborted) return 'abort';
  sendJson(response, 200, {
    id,
    object: kind === 'completions' ? 'text_completion' : 'chat.completion',
    created,
    model: asked.model,
    choices: asked.generations.map((one, index) => choice(kind, one, index)),
    usage: usageOf(asked.generations),
  });
  return reasonOf(asked);
}

function choice(kind: Kind, one: Generation, index: number): object {
  const text = one.tokens.join('');
  const end = { logprobs: null, finish_reason: one.finishReason, stop_reason: one.stopReason };
  return kind === 'completions'
    ? { index, text, ...end, prompt_logprobs: null }
    : { index, message: { role: 'assistant', content: text, tool_calls: [] }, ...end };
}

async function stream(running: Running): Promise<FinishReason> {
  const { response, gone, context, kind, asked, request } = running;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const chunk = chunkOf(running);
  if (kind !== 'completions') {
    const opening = { role: 'assistant', content: '' };
    sendEvent(response, chunk(asked.generations.map((_, index) => delta(kind, index, opening))));
  }
  const broken = context.faults.strike('vllm', `${kind}.stream`);
  const longest = longestOf(asked);
  const breaksAt = broken === undefined ? Infinity : Math.ceil(longest / 2);
  await pause(gone, firstTokenMs);
  for (let at = 0; at < longest && !gone.aborted; at += 1) {
    if (at === breaksAt && broken !== undefined && (await breakStream(running, broken))) {
      return 'error';
    }
    request.tokens = at + 1;
    sendEvent(response, chunk(nextPieces(kind, asked.generations, at)));
    await pause(gone, tokenMs);
  }
  if (gone.aborted) return 'abort';
  if (asked.includeUsage) sendEvent(response, chunk([], { usage: usageOf(asked.generations) }));
  sendEvent(response, '[DONE]');
  response.end();
  return reasonOf(asked);
}

function sendEvent(response: ServerResponse, event: object | '[DONE]'): void {
  response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
}

type Chunk = (choices: readonly object[], more?: object) => object;

const chunkOf =
  ({ id, kind, created, asked }: Running): Chunk =>
  (choices, more = {}) => ({
    id,
    object: kind === 'completions' ? 'text_completion' : 'chat.completion.chunk',
    created,
    model: asked.model,
    choices,
    ...(asked.includeUsage ? { usage: null } : {}),
    ...more,
  });

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
async function breakStream({ response, model }: Running, action: FaultAction): Promise<boolean> {
  if (action.kind === 'delay') await wait(action.ms);
  if (action.kind === 'delay') return false;
  if (action.kind === 'status') {
    const error = new OpenAiError(
      action.status,
      'InternalServerError',
      action.body ?? 'Internal server error',
    );
    sendEvent(response, streamErrorBody(error, model));
    sendEvent(response, '[DONE]');
    response.end();
    return true;
  }
  throw new ConnectionBroken();
}
