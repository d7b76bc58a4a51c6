// Endings of an answer other than its own: reported ways in which a model server stops without finishing.
import type { AnswerEnding } from '../core/faults.ts';
import type { Generation, Kind } from './request.ts';

/** What is left of a generation, and how its last piece looks. */
export interface Ended {
  readonly tokens: readonly string[];
  readonly finishReason: string | null;
  /** The tokens are reasoning, and no part of the answer. */
  readonly isReasoning: boolean;
  readonly hasToolCall: boolean;
  /** An error stands beside the choices of the last piece. */
  readonly hasError: boolean;
  /** A stream says `[DONE]` at its end. */
  readonly isDone: boolean;
}

export function endedAs(ending: AnswerEnding | undefined, one: Generation): Ended {
  const half = one.tokens.slice(0, Math.ceil(one.tokens.length / 2));
  const whole: Ended = {
    tokens: one.tokens,
    finishReason: one.finishReason,
    isReasoning: false,
    hasToolCall: false,
    hasError: false,
    isDone: true,
  };
  switch (ending) {
    case undefined:
      return whole;
    case 'abort':
    case 'error':
    case 'content_filter':
      return { ...whole, tokens: half, finishReason: ending };
    case 'error-beside-choices':
      return { ...whole, tokens: half, finishReason: null, hasError: true };
    case 'done-alone':
      return { ...whole, tokens: [], finishReason: null };
    case 'no-done':
      return { ...whole, tokens: half, finishReason: null, isDone: false };
    case 'no-finish-reason':
      return { ...whole, finishReason: null };
    case 'reasoning-only':
      return { ...whole, finishReason: 'length', isReasoning: true };
    case 'tool_calls':
      return { ...whole, tokens: [], finishReason: 'tool_calls', hasToolCall: true };
  }
}

/** What a text of this kind looks like, in a message or in a piece of a stream. */
export function pieceOf(text: string, { isReasoning, hasToolCall }: Ended): object {
  const call = { name: 'search', arguments: '{"query":"Paris"}' };
  return {
    content: isReasoning || hasToolCall ? null : text,
    ...(isReasoning ? { reasoning_content: text } : {}),
    ...(hasToolCall
      ? { tool_calls: [{ index: 0, id: 'call-1', type: 'function', function: call }] }
      : {}),
  };
}

/** Completions know no messages: their reasoning is not shown at all. */
export const textOf = (text: string, { isReasoning }: Ended): string => (isReasoning ? '' : text);

export const errorOf = (kind: Kind): object => ({
  error: {
    message: `EngineCore encountered an issue while working on ${kind}.`,
    type: 'InternalServerError',
    param: null,
    code: 500,
  },
});
