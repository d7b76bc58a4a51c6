// Abnormal endings of an answer, as reported of real model servers.
import type { AnswerEnding } from '../core/faults.ts';
import type { Generation, Kind } from './request.ts';

/** The rest of a generation, and the form of its pieces. */
export interface Ended {
  readonly tokens: readonly string[];
  readonly finishReason: string | null;
  /** A second ending, in a chunk of its own. */
  readonly secondReason?: string;
  /** Fields for the text in place of `content`; absent: the text is the answer. */
  readonly fields?: (text: string, kind: Kind) => object;
  readonly hasToolCall: boolean;
  /** Extra fields of the last choice. */
  readonly besideReason: object;
  /** Extra fields next to the choices of the last piece. */
  readonly besideChoices: object;
  /** Event name of the last piece; a body has none. */
  readonly eventName?: string;
  /** Another choice precedes it. */
  readonly comesSecond: boolean;
  /** The stream has comments, empty events, CRLF and a BOM, its usage no choices, and no `[DONE]`. */
  readonly isOdd: boolean;
  /** A stream ends with `[DONE]`. */
  readonly isDone: boolean;
}

export function endedAs(ending: AnswerEnding | undefined, one: Generation): Ended {
  const whole: Ended = {
    tokens: one.tokens,
    finishReason: one.finishReason,
    hasToolCall: false,
    besideReason: {},
    besideChoices: {},
    comesSecond: false,
    isOdd: false,
    isDone: true,
  };
  return ending === undefined ? whole : { ...whole, ...changes[ending](one, halfOf(one)) };
}

const halfOf = ({ tokens }: Generation) => tokens.slice(0, Math.ceil(tokens.length / 2));

type Change = (one: Generation, half: readonly string[]) => Partial<Ended>;

const endsWith =
  (finishReason: string): Change =>
  (_one, tokens) => ({ tokens, finishReason });

/** The tokens are reasoning up to the limit, between a chat template's marks. */
const reasonsIn =
  (open: readonly string[], close: readonly string[] = []): Change =>
  ({ tokens }) => ({ tokens: [...open, ...tokens, ...close], finishReason: 'length' });

const reasonsBeside =
  (fields: (text: string, kind: Kind) => object): Change =>
  () => ({ finishReason: 'length', fields });

const engineError = {
  message: 'EngineCore encountered an issue while working on it.',
  type: 'InternalServerError',
  param: null,
  code: 500,
};

const changes: Readonly<Record<AnswerEnding, Change>> = {
  abort: endsWith('abort'),
  error: endsWith('error'),
  content_filter: endsWith('content_filter'),
  insufficient_system_resource: endsWith('insufficient_system_resource'),
  eos_token: () => ({ finishReason: 'eos_token' }),
  end_turn: () => ({ finishReason: 'end_turn' }),
  STOP: () => ({ finishReason: 'STOP' }),
  MAX_TOKENS: endsWith('MAX_TOKENS'),
  model_length: endsWith('model_length'),
  'error-beside-choices': (_one, tokens) => ({
    tokens,
    finishReason: null,
    besideChoices: { error: engineError },
  }),
  'error-in-choice': (_one, tokens) => ({
    tokens,
    finishReason: 'stop',
    besideReason: { error: { code: 502, message: 'Provider returned error', metadata: {} } },
  }),
  'error-event': (_one, tokens) => ({ tokens, finishReason: 'stop', eventName: 'error' }),
  'error-object': (_one, tokens) => ({
    tokens,
    finishReason: 'stop',
    besideChoices: { object: 'error', message: engineError.message, code: 500 },
  }),
  'error-false': () => ({ besideChoices: { error: false } }),
  'abort-then-stop': (_one, tokens) => ({ tokens, finishReason: 'abort', secondReason: 'stop' }),
  'choices-unordered': () => ({ comesSecond: true }),
  'odd-stream': () => ({ isOdd: true, isDone: false }),
  'done-alone': () => ({ tokens: [], finishReason: null }),
  'no-done': (_one, tokens) => ({ tokens, finishReason: null, isDone: false }),
  'no-finish-reason': () => ({ finishReason: null }),
  empty: () => ({ tokens: [''], finishReason: 'stop' }),
  'filter-everything': () => ({ tokens: [''], finishReason: 'content_filter' }),
  refusal: () => ({
    tokens: ['I cannot', ' help with that.'],
    finishReason: 'stop',
    fields: (refusal) => ({ refusal }),
  }),
  // vLLM's completions never show reasoning.
  'reasoning-only': reasonsBeside((text, kind) =>
    kind === 'completions' ? {} : { reasoning_content: text },
  ),
  'reasoning-details': reasonsBeside((text) => ({
    reasoning: text,
    reasoning_details: [{ type: 'reasoning.text', text, format: 'unknown', index: 0 }],
  })),
  'reasoning-beside-empty': reasonsBeside((text) => ({ reasoning_content: '', reasoning: text })),
  'thinking-tags': reasonsIn(['<thinking>']),
  'think-brackets': reasonsIn(['[THINK]']),
  'think-unopened': reasonsIn([], ['</think>']),
  'think-twice': reasonsIn(['<think>', 'First.', '</think>', '\n', '<think>']),
  channels: reasonsIn(['<|channel|>analysis<|message|>']),
  'channels-answer': ({ tokens }) => ({
    tokens: [
      '<|channel|>analysis<|message|>',
      'Short.',
      '<|end|><|start|>assistant<|channel|>final<|message|>',
      ...tokens,
    ],
  }),
  tool_calls: () => ({ tokens: [], finishReason: 'tool_calls', hasToolCall: true }),
};

/** A text of this kind, in a message or in a piece of a stream. */
export function pieceOf(text: string, { fields, hasToolCall }: Ended): object {
  const call = { name: 'search', arguments: '{"query":"Paris"}' };
  return {
    content: fields !== undefined || hasToolCall ? null : text,
    ...fields?.(text, 'chat.completions'),
    ...(hasToolCall
      ? { tool_calls: [{ index: 0, id: 'call-1', type: 'function', function: call }] }
      : {}),
  };
}

/** Completions have no messages: the fields are in the choice. */
export const textPieceOf = (text: string, { fields }: Ended): object =>
  fields === undefined ? { text } : { text: '', ...fields(text, 'completions') };

/** The other choice of a server that does not sort choices. */
export const otherChoice = (kind: Kind, isStream: boolean): object => ({
  index: 1,
  ...(kind === 'completions'
    ? { text: 'Another answer.' }
    : { [isStream ? 'delta' : 'message']: { role: 'assistant', content: 'Another answer.' } }),
  finish_reason: 'abort',
});
