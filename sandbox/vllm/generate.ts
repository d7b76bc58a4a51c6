// Generation of an answer at real token pace; a client's disconnect stops it.
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { SandboxContext } from '../core/context.ts';
import type { AnswerEnding, FaultAction } from '../core/faults.ts';
import { type Ended, endedAs, otherChoice, pieceOf, textPieceOf } from './endings.ts';
import { createEventWriter, type EventWriter } from './event-writer.ts';
import { OpenAiError, streamErrorBody } from './openai-error.ts';
import { type Asked, type Kind, usageOf } from './request.ts';
import type { ServedModel } from './served-model.ts';
import type { Slots } from './slots.ts';
import { type FinishReason, keep, type ModelRequest, type VllmState } from './state.ts';
import { pause, sendJson } from './write.ts';

/** Real ms from the request to the first token of a small model on a CPU. */
const firstTokenMs = 150;

/** The server stopped in the middle of an answer. */
export class ConnectionBroken extends Error {}

export interface Generating {
  readonly context: SandboxContext;
  readonly state: VllmState;
  readonly slots: Slots;
  /** Name of the model server: each has slots of its own. */
  readonly server: string;
  readonly model: ServedModel;
  readonly response: ServerResponse;
  readonly gone: AbortSignal;
  /** Injected ending of the answer; absent: the normal one. */
  readonly ending?: AnswerEnding | undefined;
}

interface Running extends Generating {
  readonly kind: Kind;
  /** Ending of each generation. */
  readonly ended: readonly Ended[];
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
  const ended = asked.generations.map((one) => endedAs(generating.ending, one));
  const created = Math.floor(at / 1000);
  const running = { ...generating, kind, asked, ended, id, created, request };
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

const longestOfEnded = (ended: readonly Ended[]): number =>
  Math.max(...ended.map((one) => one.tokens.length));

const longestOf = ({ ended }: Running): number => longestOfEnded(ended);

const counted: readonly FinishReason[] = ['stop', 'length', 'abort'];

/** In the terms of vLLM's metrics: any other ending is an error. */
const reasonOf = ({ ended }: Running): FinishReason =>
  counted.find((reason) => reason === ended[0]?.finishReason) ?? 'error';

async function answerWhole(running: Running): Promise<FinishReason> {
  const { response, gone, kind, asked, ended, id, created, request } = running;
  await pause(gone, firstTokenMs);
  const longest = longestOf(running);
  while (request.tokens < longest && !gone.aborted) {
    await pause(gone, running.state.tokenMs);
    request.tokens += 1;
  }
  if (gone.aborted) return 'abort';
  sendJson(response, 200, {
    id,
    object: kind === 'completions' ? 'text_completion' : 'chat.completion',
    created,
    model: asked.model,
    choices: ended.flatMap((one, index) => [
      ...(one.comesSecond ? [otherChoice(kind, false)] : []),
      choice(kind, one, { index, stopReason: asked.generations[index]?.stopReason ?? null }),
    ]),
    usage: usageOf(asked.generations),
    ...besideChoices(ended),
  });
  return reasonOf(running);
}

function choice(
  kind: Kind,
  one: Ended,
  { index, stopReason }: { readonly index: number; readonly stopReason: string | null },
): object {
  const text = one.tokens.join('');
  const end = {
    logprobs: null,
    finish_reason: one.finishReason,
    stop_reason: stopReason,
    ...one.besideReason,
  };
  return kind === 'completions'
    ? { index, ...textPieceOf(text, one), ...end, prompt_logprobs: null }
    : { index, message: { role: 'assistant', tool_calls: [], ...pieceOf(text, one) }, ...end };
}

/** A body has no events: an error object is placed next to the choices. */
const besideChoices = (ended: readonly Ended[]): object =>
  Object.assign(
    {},
    ...ended.map((one) => ({
      ...(one.eventName === undefined ? {} : { error: 'Internal server error' }),
      ...one.besideChoices,
    })),
  ) as object;

async function stream(running: Running): Promise<FinishReason> {
  const { response, gone, context, kind, ended, request } = running;
  const events = createEventWriter(response, { isOdd: ended.some(({ isOdd }) => isOdd) });
  const chunk = chunkOf(running);
  if (kind !== 'completions') {
    const opening = ended.map((_, index) => ({
      index,
      delta: { role: 'assistant', content: '' },
      logprobs: null,
      finish_reason: null,
    }));
    if (running.ending !== 'done-alone') events.send(chunk(opening));
  }
  const struck = context.faults.strike('vllm', `${kind}.stream`);
  const broken = struck?.kind === 'ending' ? undefined : struck;
  const longest = longestOf(running);
  const breaksAt = broken === undefined ? Infinity : Math.ceil(longest / 2);
  await pause(gone, firstTokenMs);
  for (let at = 0; at < longest && !gone.aborted; at += 1) {
    if (at === breaksAt && broken !== undefined && (await breakStream(running, events, broken))) {
      return 'error';
    }
    request.tokens = at + 1;
    const { choices, more, eventName } = nextPieces(running, at);
    events.send(chunk(choices, more), eventName);
    await pause(gone, running.state.tokenMs);
  }
  if (gone.aborted) return 'abort';
  endStream(running, events, chunk);
  return reasonOf(running);
}

/** The end of a stream: tool call, second ending, usage and `[DONE]`, if present. */
function endStream({ response, kind, asked, ended }: Running, events: EventWriter, chunk: Chunk) {
  const last = ended.flatMap((one, index) => {
    if (one.hasToolCall) return [delta(kind, index, { text: '', one }, one.finishReason, null)];
    const { secondReason } = one;
    return secondReason === undefined
      ? []
      : [delta(kind, index, { text: '', one }, secondReason, null)];
  });
  if (last.length > 0) events.send(chunk(last));
  const isLast = ended.some(({ isDone }) => isDone);
  const isOdd = ended.some((one) => one.isOdd);
  const hasText = longestOfEnded(ended) > 0;
  if (asked.includeUsage && (isLast || isOdd) && hasText) {
    const usage = usageOf(asked.generations);
    events.send(isOdd ? { usage } : chunk([], { usage }));
  }
  if (isLast) events.send('[DONE]');
  response.end();
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

interface Pieces {
  readonly choices: readonly object[];
  readonly more: object;
  readonly eventName: string | undefined;
}

function nextPieces({ kind, asked, ended }: Running, at: number): Pieces {
  const isLastOf = (one: Ended): boolean => at === one.tokens.length - 1;
  const choices = ended.flatMap((one, index) => {
    const text = one.tokens[at];
    if (text === undefined) return [];
    const isLast = isLastOf(one);
    const stopReason = isLast ? (asked.generations[index]?.stopReason ?? null) : null;
    const piece = delta(kind, index, { text, one }, isLast ? one.finishReason : null, stopReason);
    return [
      ...(one.comesSecond ? [otherChoice(kind, true)] : []),
      isLast ? { ...piece, ...one.besideReason } : piece,
    ];
  });
  const last = ended.filter(isLastOf);
  return {
    choices,
    more: Object.assign({}, ...last.map((one) => one.besideChoices)) as object,
    eventName: last.find(({ eventName }) => eventName !== undefined)?.eventName,
  };
}

function delta(
  kind: Kind,
  index: number,
  { text, one }: { readonly text: string; readonly one: Ended },
  finishReason: string | null,
  stopReason: string | null,
): object {
  const end = { logprobs: null, finish_reason: finishReason, stop_reason: stopReason };
  return kind === 'completions'
    ? { index, ...textPieceOf(text, one), ...end }
    : { index, delta: pieceOf(text, one), ...end };
}

/** A JSON body is sent unchanged: proxies of a model server have error forms of their own. @returns whether the stream is over. */
async function breakStream(
  { response, model }: Running,
  events: EventWriter,
  action: FaultAction,
): Promise<boolean> {
  if (action.kind === 'delay') await wait(action.ms);
  if (action.kind === 'delay') return false;
  if (action.kind === 'status') {
    const { status, body = 'Internal server error' } = action;
    const error = new OpenAiError(status, 'InternalServerError', body);
    events.send(/^[[{]/.test(body) ? (JSON.parse(body) as object) : streamErrorBody(error, model));
    events.send('[DONE]');
    response.end();
    return true;
  }
  throw new ConnectionBroken();
}
