// Requests that are too long for the model's context: by code, by parameter and by many wordings; and other refusals.
import { expect, test } from 'vitest';
import { contextOverflow } from '../../../src/clients/inference/context-overflow.ts';
import { errorIn } from '../../../src/clients/inference/error-body.ts';
import { stoppedAt } from '../../../src/clients/inference/fault.ts';
import { recognise } from '../../../src/gateway/faults/explain.ts';

const vllm = (message: string, param: string | null = null) => ({
  error: { message, type: 'BadRequestError', param, code: 400 },
});

const overflows: readonly (readonly [unknown, number | undefined])[] = [
  [vllm("This model's maximum context length is 2048 tokens. However, you requested 4000"), 2048],
  [
    vllm(
      "You passed 2049 input tokens and requested 64 output tokens. However, the model's context length is only 2048 tokens, resulting in a maximum input length of 1984 tokens.",
    ),
    2048,
  ],
  [vllm('The decoder prompt (length 3000) is longer than the maximum model length of 2048.'), 2048],
  [vllm('Please reduce the length of the input.', 'input_text'), undefined],
  [vllm('Please reduce the length of the input.', 'input_tokens'), undefined],
  [
    { object: 'error', message: 'Too much.', type: 'x', param: 'input_tokens', code: 400 },
    undefined,
  ],
  [vllm("This model's maximum context length is 3 tokens. However, you requested 90"), undefined],
  [vllm("This model's maximum context length is 0 tokens. However, you requested 90"), undefined],
  [vllm("This model's maximum context length is -12 tokens."), undefined],
  [vllm('max_tokens must be at least 1, got -186.'), undefined],
  [vllm('Too many of them. (parameter=input_tokens, value=98305)'), undefined],
  [vllm('Input prompt (36893 tokens) is too long and exceeds limit of 1000'), 1000],
  [{ error: { message: 'Too long.', type: 'x', code: 'context_length_exceeded' } }, undefined],
  [
    {
      error: { code: 400, message: 'the request', type: 'exceed_context_size_error', n_ctx: 2048 },
    },
    undefined,
  ],
  [
    { error: 'Input validation error: `inputs` must have less than 1024 tokens. Given: 2000' },
    1024,
  ],
  [
    {
      error:
        'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 20 `max_new_tokens`',
      error_type: 'validation',
    },
    4096,
  ],
  [
    { message: "The input (3000 tokens) is longer than the model's context length (2048 tokens)." },
    2048,
  ],
  [{ error: { message: 'prompt is too long: 210,000 tokens > 200,000 maximum' } }, 200_000],
  [
    {
      detail: 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length',
    },
    32_768,
  ],
  [{ error: { message: 'Your input exceeds the context window of this model.' } }, undefined],
  [
    {
      error: {
        message:
          'litellm.BadRequestError: OpenAIException - {"error":{"message":"However, the model\'s context length is only 131072 tokens"}}',
      },
    },
    131_072,
  ],
];

test.each(overflows)('%j is too long for a context of %s', (body, limit) => {
  const error = errorIn(body) ?? expect.fail('no error');
  expect(contextOverflow(error)).toEqual({ limit });
  expect(recognise(stoppedAt({ status: 400, body: JSON.stringify(body) }))).toBe(
    'context_too_long',
  );
});

test.each([
  vllm('The model `x` does not exist.'),
  vllm('max_tokens must be at least 1, got 0.', 'max_tokens'),
  vllm('The decoder prompt cannot be empty', 'prompt'),
  vllm('temperature must be non-negative, got -1.', 'temperature'),
  vllm('top_p must be in (0, 1], got 2048.'),
  { error: { message: 'Malicious trial', param: '', code: 'bad_request_error' } },
  { detail: 'Not Found' },
])('%j is another refusal', (body) => {
  const error = errorIn(body) ?? expect.fail('no error');
  expect(contextOverflow(error)).toBeUndefined();
});
