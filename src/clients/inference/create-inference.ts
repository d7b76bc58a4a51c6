// Inference client over fetch: one POST, plain or as an event stream, never repeated.
import { Agent, type Dispatcher, Headers, type HeadersInit, type Response, fetch } from 'undici';
import type { Completion, CompletionRequest, InferenceClient } from './client.ts';
import { conclude } from './conclude.ts';
import { type Progress, advance, nothingYet } from './ending.ts';
import { createEventReader, isEventText } from './events.ts';
import { networkFault, stoppedAt } from './fault.ts';
import { hostWithPort } from './host.ts';
import { readBody } from './schema.ts';
import { readStream } from './stream.ts';

export function createInference(): InferenceClient {
  return { complete };
}

const defaultTimeoutMs = 300_000;

async function complete(request: CompletionRequest): Promise<Completion> {
  request.signal?.throwIfAborted();
  const startedAt = performance.now();
  const timeout = AbortSignal.timeout(request.timeoutMs ?? defaultTimeoutMs);
  const signal =
    request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
  let response: Response;
  try {
    response = await post(request, signal);
  } catch (error) {
    request.signal?.throwIfAborted();
    return stoppedAt({ network: networkFault(error) });
  }
  const answered = { status: response.status, headers: Object.fromEntries(response.headers) };
  if (response.ok && isEventStream(response)) {
    const result = await readStream({ response, startedAt, request });
    request.signal?.throwIfAborted();
    return { ...result, ...answered };
  }
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    request.signal?.throwIfAborted();
    return stoppedAt({ ...answered, network: networkFault(error), midStream: true });
  }
  const { progress, isAnswer, body } = readWhole(text);
  if (!response.ok)
    return stoppedAt({ ...answered, body: body === '' ? (progress.fault ?? '') : body });
  const totalMs = performance.now() - startedAt;
  const timing = { firstTokenMs: totalMs, totalMs, streamed: false, pieces: 1 };
  const result = conclude(progress, { request, body, isAnswer, timing });
  if (result.ok) request.onText?.(result.text);
  return { ...result, ...answered };
}

const isEventStream = ({ headers }: Response): boolean =>
  (headers.get('content-type') ?? '').trim().toLowerCase().startsWith('text/event-stream');

interface Whole {
  readonly progress: Progress;
  readonly isAnswer: boolean;
  /** Empty for events. */
  readonly body: string;
}

/** A complete body; a proxy may have buffered a stream into one, under another content type. */
function readWhole(body: string): Whole {
  if (!isEventText(body)) {
    const { hasChoices, events } = readBody(body);
    return { progress: advance(nothingYet, events), isAnswer: hasChoices, body };
  }
  const reader = createEventReader();
  reader.feed(body);
  reader.end();
  return { progress: reader.progress(), isAnswer: true, body: '' };
}

const connections = new Agent();

/** fetch takes no Host header: the dispatcher sets it. */
function dispatcherFor({ baseUrl, host }: CompletionRequest): Dispatcher {
  if (host === undefined) return connections;
  const authority = hostWithPort(host, baseUrl);
  return connections.compose((dispatch) => (options, handler) => {
    const headers = new Headers(options.headers as HeadersInit);
    headers.set('host', authority);
    return dispatch({ ...options, headers }, handler);
  });
}

function post(request: CompletionRequest, signal: AbortSignal): Promise<Response> {
  const { model, prompt, maxTokens, temperature, stream, consumerKey, stop = [] } = request;
  const isText = typeof prompt === 'string';
  const path = isText ? '/v1/completions' : '/v1/chat/completions';
  return fetch(`${request.baseUrl.replace(/\/+$/, '')}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(consumerKey === undefined ? {} : { 'x-api-key': consumerKey }),
    },
    body: JSON.stringify({
      model,
      ...(isText ? { prompt } : { messages: prompt }),
      max_tokens: maxTokens,
      ...(stop.length === 0 ? {} : { stop }),
      ...(temperature === undefined ? {} : { temperature }),
      stream,
      ...(stream ? { stream_options: { include_usage: true } } : {}),
    }),
    // A key must not follow a redirect to another host.
    redirect: 'manual',
    dispatcher: dispatcherFor(request),
    signal,
  });
}
