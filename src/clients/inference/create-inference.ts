// The inference client over fetch: one POST to a completions route, plain or as an event stream, never repeated.
import type { Completion, CompletionRequest, InferenceClient } from './client.ts';
import { endingOf } from './ending.ts';
import { networkFault, stoppedAt } from './fault.ts';
import { parseJson } from '../../kernel/json.ts';
import { completionBody } from './schema.ts';
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
  const isStream = (response.headers.get('content-type') ?? '').includes('text/event-stream');
  if (response.ok && isStream) {
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
  const parsed = completionBody.safeParse(parseJson(text));
  if (!response.ok || !parsed.success) return stoppedAt({ ...answered, body: text });
  const totalMs = performance.now() - startedAt;
  const { choices, model, usage, error } = parsed.data;
  const { text: answer = '', finishReason, hasReasoning = false } = choices[0] ?? {};
  const broken = { ...answered, body: text, midStream: true, partialText: answer };
  if (error === true) return stoppedAt(broken);
  const ending = endingOf({ text: answer, finishReason, hasReasoning });
  if ('unfinished' in ending) return stoppedAt({ ...broken, unfinished: ending.unfinished });
  request.onText?.(answer);
  return {
    ok: true,
    text: answer,
    model: model ?? request.model,
    usage,
    firstTokenMs: totalMs,
    totalMs,
    streamed: false,
    pieces: 1,
    finishReason: ending.whole,
    ...answered,
    body: text,
  };
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
    // A key must not follow a redirect to somewhere else.
    redirect: 'manual',
    signal,
  });
}
