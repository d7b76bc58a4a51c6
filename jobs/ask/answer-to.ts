// Completion requests with thread history, shortened to the model's context; cancellable.
import type { AskContext } from './context.ts';
import type { AnswerMessage } from './answer/notifier.ts';
import type { AskPayload } from './payload.ts';
import type { Completion } from '../../src/clients/inference/client.ts';
import { growingAnswer } from '../../src/clients/inference/reasoning.ts';
import type { HeldKey } from '../../src/gateway/credential.ts';
import { recognise } from '../../src/gateway/faults/explain.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import {
  type Composed,
  type Turn,
  assumedContext,
  compose,
  contextLimitIn,
} from './conversation.ts';
import type { GatewayAccess } from '../../src/gateway/access-cache.ts';

export interface Request extends GatewayAccess {
  readonly payload: AskPayload;
  readonly prompt: string;
  readonly held: HeldKey;
  readonly stop: AbortSignal;
}

export interface ModelAnswer {
  /** undefined: the asker stopped it. */
  readonly completion: Completion | undefined;
  readonly partial: string;
  readonly history: Pick<Composed, 'shown' | 'left'>;
}

/** Room for the tokens that a chat template or a guess leaves out. */
const margin = 64;

export async function answerTo(
  context: AskContext,
  env: ProvisionEnv,
  request: Request,
  start: Promise<AnswerMessage>,
): Promise<ModelAnswer> {
  const { payload, prompt, isChat } = request;
  const turns = await earlierTurns(context, payload);
  const growing = grower(start);
  const attempt = async (limit: number): Promise<ModelAnswer> => {
    const budget = limit - payload.maxTokens - margin;
    const composed = compose({ turns, prompt, isChat, budget });
    const { shown, left } = composed;
    const completion = await send(context, env, request, { composed, grow: growing.grow });
    return { completion, partial: growing.text(), history: { shown, left } };
  };
  const first = await attempt(assumedContext);
  const limit = first.history.shown === 0 ? undefined : tooLongFor(first.completion);
  // Its own count is the better one: the second try keeps a good part of what it named.
  return limit === undefined ? first : attempt(Math.floor(Math.min(limit, assumedContext) * 0.6));
}

/** The thread's turns; those from the question on that is asked again are no history. */
async function earlierTurns(
  { asks }: AskContext,
  { to, again, isPrivate, isRaw }: AskPayload,
): Promise<readonly Turn[]> {
  if (to.threadTs === undefined || isPrivate || isRaw) return [];
  const turns = await asks.turns(`${to.channel}:${to.threadTs}`);
  const at = again === undefined ? -1 : turns.findIndex((turn) => turn.job === again);
  return at < 0 ? turns : turns.slice(0, at);
}

function tooLongFor(completion: Completion | undefined): number | undefined {
  if (completion === undefined || completion.ok) return undefined;
  return recognise(completion) === 'context_too_long' ? contextLimitIn(completion.body) : undefined;
}

/** Words that come before the message is there are shown as soon as it is. */
function grower(start: Promise<AnswerMessage>) {
  const state: { text: string; message: AnswerMessage | undefined } = {
    text: '',
    message: undefined,
  };
  start.then(
    (message) => {
      state.message = message;
      if (state.text !== '') message.grow(state.text);
    },
    () => undefined,
  );
  return {
    text: () => state.text.trim(),
    grow: (text: string): void => {
      // A stream cannot be taken back, and the final answer is trimmed.
      state.text = growingAnswer(text);
      if (state.text !== '') state.message?.grow(state.text);
    },
  };
}

async function send(
  { signal }: AskContext,
  env: ProvisionEnv,
  { endpoint, held, payload, stop, streams }: Request,
  how: { readonly composed: Composed; readonly grow: (text: string) => void },
): Promise<Completion | undefined> {
  try {
    return await env.clients.inference.complete({
      baseUrl: endpoint,
      consumerKey: held.credential.consumerKey,
      model: payload.model ?? env.gateway.model,
      prompt: how.composed.prompt,
      stop: how.composed.stop,
      maxTokens: payload.maxTokens,
      temperature: payload.temperature,
      stream: streams,
      ...(streams ? { onText: how.grow } : {}),
      signal: AbortSignal.any([signal, stop]),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (stop.aborted) return undefined;
    throw error;
  }
}
