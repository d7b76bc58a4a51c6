// Reads an answer that arrives as server-sent events: grows the text, and recognises an error in the middle.
import { createParser } from 'eventsource-parser';
import type {
  CompletionAnswer,
  CompletionFault,
  CompletionRequest,
  NetworkFault,
} from './client.ts';
import { endingOf } from './ending.ts';
import { networkFault, stoppedAt } from './fault.ts';
import { parseJson } from '../../kernel/json.ts';
import { completionChunk } from './schema.ts';

interface Progress {
  text: string;
  model: string | undefined;
  usage: { promptTokens: number; completionTokens: number } | undefined;
  firstTokenMs: number | undefined;
  /** The event that was no chunk: an error of the model server. */
  failure: string | undefined;
  finishReason: string | undefined;
  hasReasoning: boolean;
  done: boolean;
}

/** The caller adds what the answer's head said. */
type Streamed =
  Omit<CompletionAnswer, 'status' | 'headers'> | Omit<CompletionFault, 'status' | 'headers'>;

export async function readStream(of: {
  readonly response: Response;
  readonly startedAt: number;
  readonly request: CompletionRequest;
}): Promise<Streamed> {
  const { response, startedAt, request } = of;
  const progress: Progress = {
    text: '',
    model: undefined,
    usage: undefined,
    firstTokenMs: undefined,
    failure: undefined,
    finishReason: undefined,
    hasReasoning: false,
    done: false,
  };
  const parser = createParser({
    onEvent: ({ event, data }) => {
      // Keeps the connection alive, and says nothing.
      if (event !== 'ping') take(progress, data, startedAt);
    },
  });
  let pieces = 0;
  let lost: NetworkFault | undefined;
  try {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      const before = progress.text;
      parser.feed(decoder.decode(bytes, { stream: true }));
      if (progress.text !== before) {
        pieces += 1;
        request.onText?.(progress.text);
      }
      if (progress.failure !== undefined || progress.done) break;
    }
  } catch (error) {
    lost = networkFault(error);
  }
  if (progress.failure !== undefined) {
    return stoppedAt({ body: progress.failure, midStream: true, partialText: progress.text });
  }
  const ending = endingOf(progress);
  // After the finish reason only the usage was lost.
  if (lost !== undefined && !('whole' in ending)) {
    return stoppedAt({ network: lost, midStream: true, partialText: progress.text });
  }
  // A stream that ends without its last word was cut, even if the connection closed politely.
  if ('unfinished' in ending) {
    return stoppedAt({
      ...(progress.done || ending.unfinished.why !== 'no_end' ? {} : { network: 'reset' }),
      midStream: true,
      partialText: progress.text,
      unfinished: ending.unfinished,
    });
  }
  const totalMs = performance.now() - startedAt;
  return {
    ok: true,
    text: progress.text,
    model: progress.model ?? request.model,
    usage: progress.usage,
    firstTokenMs: progress.firstTokenMs ?? totalMs,
    totalMs,
    streamed: true,
    pieces,
    finishReason: ending.whole,
    body: '',
  };
}

function take(progress: Progress, raw: string, startedAt: number): void {
  if (progress.failure !== undefined || progress.done) return;
  if (raw.trim() === '[DONE]') {
    progress.done = true;
    return;
  }
  const chunk = completionChunk.safeParse(parseJson(raw));
  if (!chunk.success) {
    progress.failure = raw;
    return;
  }
  const { choices, model, usage, error } = chunk.data;
  progress.model ??= model;
  progress.usage = usage ?? progress.usage;
  const { text = '', finishReason, hasReasoning = false } = choices[0] ?? {};
  if (error === true) progress.failure = raw;
  progress.finishReason = finishReason ?? progress.finishReason;
  progress.hasReasoning ||= hasReasoning;
  if (text !== '') progress.firstTokenMs ??= performance.now() - startedAt;
  progress.text += text;
}
