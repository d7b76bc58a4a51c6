// Completion requests with thread history, shortened to the model's context; cancellable.
import type { AskContext } from './context.ts';
import type { AnswerMessage } from './answer/notifier.ts';
import type { AskPayload } from './payload.ts';
import type { Completion } from '../../src/clients/inference/client.ts';
import { growingAnswer } from '../../src/clients/inference/reasoning.ts';
import type { HeldKey } from '../../src/gateway/credential.ts';
import {
  type ContextOverflow,
  contextOverflow,
} from '../../src/clients/inference/context-overflow.ts';
import { observeFault } from '../../src/gateway/faults/observed-fault.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import { type Composed, type Turn, assumedContext, compose, shortened } from './conversation.ts';
import type { GatewayAccess } from '../../src/gateway/access-cache.ts';

export interface Request extends GatewayAccess {
  readonly payload: AskPayload;
  readonly prompt: string;
  readonly held: HeldKey;
  readonly stop: AbortSignal;
}

export interface ModelAnswer {
  /** undefined: the asker stopped the answer. */
  readonly completion: Completion | undefined;
  readonly partial: string;
  readonly history: Pick<Composed, 'shown' | 'left'>;
}

/** Tokens reserved for the chat template and for errors of the estimate. */
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
  const attempt = async (tokens: number, most = turns.length): Promise<ModelAnswer> => {
    const budget = tokens - payload.maxTokens - margin;
    const composed = compose({ turns, prompt, isChat, budget, most });
    const { shown, left } = composed;
    const completion = await send(context, env, request, { composed, grow: growing.grow });
    return { completion, partial: growing.text(), history: { shown, left } };
  };
  const first = await attempt(assumedContext);
  const overflow = overflowOf(first);
  if (overflow === undefined) return first;
  const { tokens, most } = shortened(first.history.shown, overflow.limit);
  const second = await attempt(tokens, most);
  // An answer without history is better than none; each try counts in the quota.
  return overflowOf(second) === undefined ? second : attempt(tokens, 0);
}

/** The thread's turns before the question; when it is asked again, later turns are not history. */
async function earlierTurns(
  { asks }: AskContext,
  { to, again, isPrivate, isRaw }: AskPayload,
): Promise<readonly Turn[]> {
  if (to.threadTs === undefined || isPrivate || isRaw) return [];
  const turns = await asks.turns(`${to.channel}:${to.threadTs}`);
  const at = again === undefined ? -1 : turns.findIndex((turn) => turn.job === again);
  return at < 0 ? turns : turns.slice(0, at);
}

/** The model refused the prompt as too long, and some history can be left out. */
function overflowOf({ completion, history }: ModelAnswer): ContextOverflow | undefined {
  if (completion === undefined || completion.ok || history.shown === 0) return undefined;
  const { model } = observeFault(completion);
  return model === undefined ? undefined : contextOverflow(model);
}

/** Text that arrives before the message exists is shown once it exists. */
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
      // Streamed text cannot be taken back, and the final answer is trimmed.
      state.text = growingAnswer(text);
      if (state.text !== '') state.message?.grow(state.text);
    },
  };
}

async function send(
  { signal }: AskContext,
  env: ProvisionEnv,
  { endpoint, host, held, payload, stop, streams }: Request,
  how: { readonly composed: Composed; readonly grow: (text: string) => void },
): Promise<Completion | undefined> {
  try {
    return await env.clients.inference.complete({
      baseUrl: endpoint,
      host,
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
