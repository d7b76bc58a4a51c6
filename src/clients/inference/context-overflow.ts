// Refusals of prompts above the model's context, in many servers' formats. Pure.
import type { BodyError } from './error-body.ts';

export interface ContextOverflow {
  /** Tokens of prompt and answer together; undefined if no number, or no plausible one, is given. */
  readonly limit: number | undefined;
}

/** OpenAI's code, llama.cpp's and LiteLLM's types. */
const codes = [
  'context_length_exceeded',
  'exceed_context_size_error',
  'ContextWindowExceededError',
];
/** vLLM names the input if it alone is too long; a bad prompt has the parameter `prompt`. */
const parameters = ['input_text', 'input_tokens'];

/** No model has a smaller context: vLLM once named the remainder of it. */
const leastTokens = 128;

const number = String.raw`(?<limit>-?\d[\d,_]*)`;
const wording = (...parts: readonly string[]): RegExp => new RegExp(parts.join(''), 'i');
const context = String.raw`(?:context (?:length|window|size)|model length|sequence length|max_model_len)`;

/** First match wins; a pattern with the limit comes before one that may lack it. */
const wordings: readonly RegExp[] = [
  // vLLM of every version, OpenAI, SGLang, Mistral.
  wording(context, String.raw`(?: limit)? (?:is|of)(?: only| at most)? ${number}`),
  // SGLang: `(2048 tokens)`; llama.cpp: `the available context size (2048 tokens)`.
  wording(context, String.raw` ?\((?:of |is )?${number}`),
  // Mistral: `too large for model with 32768 maximum context length`.
  wording(String.raw`\b${number}(?: tokens?)? maximum `, context),
  // LiteLLM and TGI's fronts: `exceeds the context window: 4096`.
  wording(context, String.raw`: ${number}`),
  // Anthropic and Gemini.
  wording(String.raw`too long: [\d,_]+ tokens > ${number} maximum`),
  wording(String.raw`exceeds? the maximum number of (?:input )?tokens(?: allowed)? \(?${number}`),
  // TGI.
  wording('`inputs`', String.raw`[^.]{0,40}must (?:be <=|have less than) ${number}`),
  // vLLM's scheduler, Cohere.
  wording(String.raw`too long and exceeds(?: the)? limit of ${number}`),
  wording(String.raw`tokens in the prompt cannot exceed ${number}`),
  wording(String.raw`(?:exceed|too long|too large|longer|fit)[^.]{0,60}`, context),
  wording(context, String.raw`[^.]{0,40}(?:exceed|too (?:long|short|small))`),
  /\b(?:prompt|input|request|messages?) (?:is|are) too long\b|\btoo many (?:input |prompt )?tokens\b/i,
  /\(parameter=input_(?:text|tokens)\b/i,
  // The remainder for the answer, below zero.
  /max_tokens must be at least 1, got -\d/i,
];

/** undefined for any other error. */
export function contextOverflow(error: BodyError): ContextOverflow | undefined {
  const { code, parameter, type, message } = error;
  const limit = limitIn(message);
  const isNamed =
    [code, type].some((one) => one !== undefined && codes.includes(one)) ||
    (parameter !== undefined && parameters.includes(parameter));
  return isNamed || wordings.some((one) => one.test(message)) ? { limit } : undefined;
}

function limitIn(message: string): number | undefined {
  for (const one of wordings) {
    const digits = one.exec(message)?.groups?.['limit'];
    const limit = Number(digits?.replaceAll(/[,_]/g, ''));
    if (Number.isSafeInteger(limit) && limit >= leastTokens) return limit;
  }
  return undefined;
}
