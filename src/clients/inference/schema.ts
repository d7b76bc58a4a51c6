// Schemas of OpenAI-style completions and chunks, in every server's format.
import { z } from 'zod';
import { parseJson } from '../../kernel/json.ts';
import { errorIn, hasError } from './error-body.ts';
import { type FinishReason, finishReason } from './finish-reasons.ts';

export interface TokenCounts {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** One part of an answer from a body or a chunk. */
export type AnswerEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reasoning' }
  | { readonly kind: 'refusal'; readonly text: string }
  | { readonly kind: 'tool_call' }
  | { readonly kind: 'ended'; readonly reason: FinishReason }
  | { readonly kind: 'counted'; readonly model?: string; readonly usage?: TokenCounts }
  /** The unchanged body, for the fault table. */
  | { readonly kind: 'fault'; readonly body: string };

/** Optional parts may be missing, null or malformed: the answer is valid without them. */
const usage = z
  .object({
    prompt_tokens: z.number(),
    completion_tokens: z.number().nullish(),
    completion_tokens_details: z
      .object({ reasoning_tokens: z.number().nullish() })
      .nullish()
      .catch(undefined),
  })
  .transform((tokens) => ({
    promptTokens: tokens.prompt_tokens,
    completionTokens: tokens.completion_tokens ?? 0,
    reasoningTokens: tokens.completion_tokens_details?.reasoning_tokens ?? 0,
  }))
  .optional()
  .catch(undefined);
const model = z.string().optional().catch(undefined);

/** A text, or its parts; reasoning may be a part. */
const part = z.union([
  z.string().transform((text) => ({ type: 'text', text })),
  z.looseObject({ type: z.string().default('text'), text: z.string().nullish() }),
]);
const content = z.union([z.string(), z.array(part)]).nullish();

/** vLLM's old and new spelling, OpenRouter's list, Anthropic's words in a translation. */
const reasoning = {
  reasoning_content: z.unknown().optional(),
  reasoning: z.unknown().optional(),
  reasoning_details: z.unknown().optional(),
  thinking: z.unknown().optional(),
  thinking_blocks: z.unknown().optional(),
};
const beside = {
  refusal: z.string().nullish().catch(undefined),
  tool_calls: z.array(z.unknown()).nullish().catch(undefined),
  function_call: z.unknown().optional(),
  ...reasoning,
};
const inner = z.object({ content, ...beside });

/** A completion's text, a chat answer's message, or a chat stream's piece of it. */
const choice = z.object({
  text: content,
  message: inner.nullish(),
  delta: inner.nullish(),
  finish_reason: finishReason.optional(),
  ...beside,
});

const body = z.object({
  model,
  choices: z
    .array(z.unknown())
    .nullish()
    .transform((value) => value ?? []),
  usage,
});

/** Choices may come in any order, and only the first requested one is the answer. */
const ofAnswer = z.object({ index: z.coerce.number().nullish().catch(undefined) }).loose();
const isOfAnswer = (one: unknown): boolean => {
  const { success, data } = ofAnswer.safeParse(one);
  return !success || (data.index ?? 0) === 0;
};

/** A complete answer, or one event of a stream. `hasChoices`: it is an answer despite other fields. */
export interface Read {
  readonly hasChoices: boolean;
  readonly events: readonly AnswerEvent[];
}

export function readBody(raw: string): Read {
  const json = parseJson(raw);
  const fault: AnswerEvent = { kind: 'fault', body: raw };
  const parsed = body.safeParse(json);
  if (!parsed.success || typeof json !== 'object' || json === null) {
    return { hasChoices: false, events: [fault] };
  }
  const { choices } = parsed.data;
  const hasChoices = 'choices' in json && choices.length > 0;
  const chosen = choice.optional().safeParse(choices.find(isOfAnswer));
  // A chunk may have no choices, but then its other fields identify it.
  const isFault =
    hasError(json) ||
    !chosen.success ||
    (!hasChoices && (errorIn(json) !== undefined || !isChunk(json)));
  return {
    hasChoices,
    events: [
      { kind: 'counted', ...counts(parsed.data) },
      ...((parsed.data.usage?.reasoningTokens ?? 0) > 0 ? [{ kind: 'reasoning' as const }] : []),
      ...(chosen.data === undefined ? [] : eventsOf(chosen.data)),
      ...(isFault ? [fault] : []),
    ],
  };
}

const tokensOf = ({ promptTokens, completionTokens }: TokenCounts): TokenCounts => ({
  promptTokens,
  completionTokens,
});

const counts = (of: z.infer<typeof body>): { model?: string; usage?: TokenCounts } => ({
  ...(of.model === undefined ? {} : { model: of.model }),
  ...(of.usage === undefined ? {} : { usage: tokensOf(of.usage) }),
});

/** The last chunk has only the usage; the first one of some servers has only its id. */
const isChunk = (json: object): boolean =>
  Object.keys(json).length === 0 || ['choices', 'usage', 'id'].some((key) => key in json);

function eventsOf(of: z.infer<typeof choice>): AnswerEvent[] {
  // Some servers send the complete message so far with each piece of it.
  const said = of.delta ?? of.message;
  const parts = [partsOf(of.text), partsOf(said?.content)].find((one) => one.length > 0) ?? [];
  const text = textOf(parts, 'text');
  const places: Beside[] = [of, said ?? {}];
  const refusal = places.map((one) => one.refusal ?? '').join('') + textOf(parts, 'refusal');
  const hasTool = places.some(
    (one) => (one.tool_calls ?? []).length > 0 || isWritten(one.function_call),
  );
  const isReasoned =
    places.some(hasReasoning) || parts.some(({ type }) => /think|reason/i.test(type));
  return [
    ...(isReasoned ? [{ kind: 'reasoning' as const }] : []),
    ...(text === '' ? [] : [{ kind: 'text' as const, text }]),
    ...(refusal === '' ? [] : [{ kind: 'refusal' as const, text: refusal }]),
    ...(hasTool ? [{ kind: 'tool_call' as const }] : []),
    ...(of.finish_reason === undefined
      ? []
      : [{ kind: 'ended' as const, reason: of.finish_reason }]),
  ];
}

type Part = z.infer<typeof part>;

function partsOf(of: z.infer<typeof content>): Part[] {
  if (typeof of === 'string') return of === '' ? [] : [{ type: 'text', text: of }];
  return of ?? [];
}

function textOf(parts: readonly Part[], kind: 'text' | 'refusal'): string {
  const of = parts.map((one) => {
    if (kind === 'refusal') return one.type === 'refusal' && 'refusal' in one ? one.refusal : '';
    return ['text', 'output_text'].includes(one.type) ? one.text : '';
  });
  return of.filter((one) => typeof one === 'string').join('');
}

type Beside = z.infer<z.ZodObject<typeof beside>>;

const hasReasoning = (of: Beside): boolean =>
  Object.keys(reasoning).some((key) => isWritten(of[key as keyof typeof reasoning]));

/** Has text in some field; names of kinds and formats do not count. */
function isWritten(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, one]) => !['type', 'format', 'id', 'signature'].includes(key) && isWritten(one),
  );
}
