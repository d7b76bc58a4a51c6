// Validation of a completion request, with vLLM's own errors.
import { z } from 'zod';
import { type Turn, answerIn, turnsOf } from './knowledge.ts';
import { badRequest, OpenAiError } from './openai-error.ts';
import type { ServedModel } from './served-model.ts';
import { tokenize } from './tokens.ts';

export interface Generation {
  readonly promptTokens: number;
  /** The pieces of the answer, limited by max_tokens and the first stop sequence. */
  readonly tokens: readonly string[];
  readonly finishReason: 'stop' | 'length';
  readonly stopReason: string | null;
}

export interface Asked {
  readonly model: string;
  /** The original prompt or prompts, or the messages. */
  readonly prompt: unknown;
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** `n` per prompt, in order. */
  readonly generations: readonly Generation[];
}

const shared = {
  model: z.string(),
  max_tokens: z.number().int().nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  n: z.number().int().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
};

const message = z.object({
  role: z.string(),
  content: z.union([
    z.string(),
    z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  ]),
});

const completion = z.object({ ...shared, prompt: z.union([z.string(), z.array(z.string())]) });
const chat = z.object({
  ...shared,
  max_completion_tokens: z.number().int().nullish(),
  messages: z.array(message).min(1),
});

export type Kind = 'completions' | 'chat.completions';

/** @throws OpenAiError */
export function readRequest(kind: Kind, body: unknown, served: ServedModel): Asked {
  const parsed = kind === 'completions' ? completion.safeParse(body) : chat.safeParse(body);
  if (!parsed.success) throw badRequest(pydantic(parsed.error, body));
  const request = parsed.data;
  if (![served.name, ...served.adapters].includes(request.model)) {
    throw new OpenAiError(404, 'NotFoundError', `The model \`${request.model}\` does not exist.`);
  }
  checkSampling(request);
  const limit =
    ('max_completion_tokens' in request ? request.max_completion_tokens : undefined) ??
    request.max_tokens;
  const maxTokens = limit ?? undefined;
  const generations = conversationsOf(request).map((conversation) =>
    generate(conversation, { request, limit: maxTokens, isChat: kind !== 'completions', served }),
  );
  return {
    model: request.model,
    prompt: 'prompt' in request ? request.prompt : request.messages,
    maxTokens,
    temperature: request.temperature ?? undefined,
    stream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    generations: generations.flatMap((one) => Array.from({ length: request.n ?? 1 }, () => one)),
  };
}

type Parsed = z.infer<typeof completion> | z.infer<typeof chat>;

interface Conversation {
  /** The model's whole input. */
  readonly text: string;
  readonly turns: readonly Turn[];
}

function conversationsOf(request: Parsed): Conversation[] {
  if ('prompt' in request) {
    const prompts = typeof request.prompt === 'string' ? [request.prompt] : request.prompt;
    return prompts.map((text) => ({ text, turns: turnsOf(text) }));
  }
  const turns = request.messages.map(({ role, content }) => ({
    role,
    content:
      typeof content === 'string' ? content : content.map((part) => part.text ?? '').join(' '),
  }));
  return [{ text: turns.map((turn) => turn.content).join('\n'), turns }];
}

function checkSampling(request: Parsed): void {
  const {
    temperature,
    top_p: topP,
    n,
    max_tokens: maxTokens,
    stream,
    stream_options: options,
  } = request;
  if (typeof temperature === 'number' && temperature < 0) {
    throw badRequest(`temperature must be non-negative, got ${temperature}.`);
  }
  if (typeof topP === 'number' && (topP <= 0 || topP > 1)) {
    throw badRequest(`top_p must be in (0, 1], got ${topP}.`);
  }
  if (typeof n === 'number' && n < 1) throw badRequest(`n must be at least 1, got ${n}.`);
  if (typeof maxTokens === 'number' && maxTokens < 1) {
    throw badRequest(`max_tokens must be at least 1, got ${maxTokens}.`);
  }
  if (options !== undefined && options !== null && stream !== true) {
    throw badRequest('Stream options can only be defined when `stream=True`.');
  }
}

interface Generating {
  readonly request: Parsed;
  readonly limit: number | undefined;
  readonly isChat: boolean;
  readonly served: ServedModel;
}

function generate(
  { text: prompt, turns }: Conversation,
  { request, limit, isChat, served }: Generating,
): Generation {
  if (!isChat && prompt === '') throw badRequest('The decoder prompt cannot be empty');
  // A chat template adds a few tokens around each message.
  const promptTokens = tokenize(prompt).length + (isChat ? 16 + 4 * turns.length : 0);
  const room = served.maxModelLength - promptTokens;
  const most = `This model's maximum context length is ${served.maxModelLength} tokens. However, you requested`;
  if (room <= 0) {
    throw badRequest(
      `${most} ${promptTokens} tokens in the messages, Please reduce the length of the messages.`,
    );
  }
  const wanted = limit ?? (isChat ? room : 16);
  if (wanted > room) {
    throw badRequest(
      `${most} ${promptTokens + wanted} tokens (${promptTokens} in the messages, ${wanted} in the completion). Please reduce the length of the messages or completion.`,
    );
  }
  const answer = `${isChat ? '' : ' '}${answerIn(turns)}`;
  const { text, stopReason } = cutAtStop(answer, request.stop ?? []);
  const tokens = tokenize(text);
  return {
    promptTokens,
    tokens: tokens.slice(0, wanted),
    finishReason: tokens.length > wanted ? 'length' : 'stop',
    stopReason: tokens.length > wanted ? null : stopReason,
  };
}

export function usageOf(generations: readonly Generation[]): object {
  const prompt = generations[0]?.promptTokens ?? 0;
  const completion = generations.reduce((sum, one) => sum + one.tokens.length, 0);
  return {
    prompt_tokens: prompt,
    total_tokens: prompt + completion,
    completion_tokens: completion,
    prompt_tokens_details: null,
  };
}

function cutAtStop(
  answer: string,
  stop: string | readonly string[],
): { text: string; stopReason: string | null } {
  const found = (typeof stop === 'string' ? [stop] : stop)
    .filter((sequence) => sequence !== '')
    .map((sequence) => ({ sequence, at: answer.indexOf(sequence) }))
    .filter(({ at }) => at >= 0)
    .toSorted((left, right) => left.at - right.at)[0];
  return found === undefined
    ? { text: answer, stopReason: null }
    : { text: answer.slice(0, found.at), stopReason: found.sequence };
}

/** The form of pydantic's errors in a Python list. */
function pydantic(error: z.ZodError, body: unknown): string {
  const parts = error.issues.map((issue) => {
    const [field = ''] = issue.path;
    const isMissing =
      issue.path.length === 1 &&
      (typeof body !== 'object' || body === null || !(String(field) in body));
    const location = ['body', ...issue.path].map((part) =>
      typeof part === 'number' ? part : `'${String(part)}'`,
    );
    return isMissing
      ? `{'type': 'missing', 'loc': (${location.join(', ')}), 'msg': 'Field required'}`
      : `{'type': 'value_error', 'loc': (${location.join(', ')}), 'msg': '${issue.message}'}`;
  });
  return `[${parts.join(', ')}]`;
}
