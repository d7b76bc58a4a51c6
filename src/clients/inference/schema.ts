// The parts of an OpenAI-style completion that we read, whole and in chunks.
import { z } from 'zod';

/** What decorates an answer may be missing, null or malformed: the answer stands without it. */
const usage = z
  .object({
    prompt_tokens: z.number(),
    completion_tokens: z.number().nullish(),
  })
  .transform((tokens) => ({
    promptTokens: tokens.prompt_tokens,
    completionTokens: tokens.completion_tokens ?? 0,
  }))
  .optional()
  .catch(undefined);
const model = z.string().optional().catch(undefined);

/** The spellings of vLLM's reasoning parsers, old and new. */
const reasoning = { reasoning_content: z.string().nullish(), reasoning: z.string().nullish() };

const content = z.object({ content: z.string().nullish(), ...reasoning });

/** A completion's text, a chat answer's message, or a chat stream's piece of it. */
const choice = z
  .object({
    text: z.string().nullish(),
    message: content.nullish(),
    delta: content.nullish(),
    finish_reason: z.string().nullish(),
    ...reasoning,
  })
  .transform(({ text, message, delta, finish_reason: finishReason, ...own }) => {
    const inner = message ?? delta;
    return {
      text: text ?? inner?.content ?? '',
      hasReasoning: [own, inner].some(
        (of) => (of?.reasoning_content ?? of?.reasoning ?? '') !== '',
      ),
      finishReason: finishReason === '' ? undefined : (finishReason ?? undefined),
    };
  });

/** An error beside the choices, in any form; null and absent are none. */
const error = z.unknown().transform((value) => value !== undefined && value !== null);

/** An answer in one piece; at least one choice, so that an error body is not taken for an answer. */
export const completionBody = z.object({
  model,
  choices: z.array(choice).min(1),
  usage,
  error: error.optional(),
});

/** One event of a stream; the last has no choices but the usage. */
export const completionChunk = z.object({
  model,
  choices: z
    .array(choice)
    .nullable()
    .transform((value) => value ?? []),
  usage,
  error: error.optional(),
});
