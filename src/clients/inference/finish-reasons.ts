// Finish reasons of model servers and gateways, mapped to a few endings.
import { z } from 'zod';

/** Ending by the model server: a known one, or its own term for another. */
export type FinishReason =
  | { readonly kind: 'stop' | 'length' | 'content_filter' | 'refusal' | 'tool_calls' }
  | { readonly kind: 'other'; readonly word: string };

/** In lower case: OpenAI and vLLM first, then TGI, Together, Anthropic, Gemini, Mistral and Cohere. */
const known: Readonly<Record<Exclude<FinishReason['kind'], 'other'>, readonly string[]>> = {
  stop: ['stop', 'eos', 'eos_token', 'stop_sequence', 'stop_token', 'end_turn', 'complete'],
  length: ['length', 'max_tokens', 'model_length', 'max_output_tokens'],
  content_filter: [
    'content_filter',
    'content_filtered',
    'safety',
    'recitation',
    'blocklist',
    'prohibited_content',
    'spii',
    'guardrail_intervened',
  ],
  refusal: ['refusal'],
  tool_calls: ['tool_calls', 'function_call', 'tool_use'],
};

/** SGLang's own form is an object; null, an empty text and `"null"` mean that the answer has not ended. */
export const finishReason = z
  .union([z.string(), z.object({ type: z.string() }).transform(({ type }) => type)])
  .nullish()
  .transform((word): FinishReason | undefined => {
    const said = word?.trim() ?? '';
    if (['', 'null', 'none'].includes(said.toLowerCase())) return undefined;
    const kinds = Object.keys(known) as (keyof typeof known)[];
    const kind = kinds.find((one) => known[one].includes(said.toLowerCase()));
    return kind === undefined ? { kind: 'other', word: said } : { kind };
  });
