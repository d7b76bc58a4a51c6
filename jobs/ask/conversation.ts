// Prompts with thread history: as many turns as fit the model's context. Pure.
import type { ChatMessage } from '../../src/clients/inference/client.ts';

/** One question with its answer. */
export interface Turn {
  /** The job that answered it. */
  readonly job: string;
  readonly prompt: string;
  readonly answer: string;
}

export interface Composed {
  readonly prompt: string | readonly ChatMessage[];
  /** Stop texts: without a chat template, a model would continue with both roles. */
  readonly stop: readonly string[];
  /** Number of earlier turns in the prompt, and of those that did not fit. */
  readonly shown: number;
  readonly left: number;
}

export interface Composing {
  readonly turns: readonly Turn[];
  readonly prompt: string;
  /** The gateway routes chat completions. */
  readonly isChat: boolean;
  /** Tokens that history and prompt may take together. */
  readonly budget: number;
  /** Maximum number of turns; all by default. */
  readonly most?: number;
}

const lead = 'The following is a conversation between a person and a helpful assistant.';

/** A first question is sent as typed; if not all turns fit, the newest are kept. */
export function compose({ turns, prompt, isChat, budget, most }: Composing): Composed {
  const newest = most === undefined ? turns : turns.slice(Math.max(0, turns.length - most));
  const kept = newestThatFit(newest, budget - estimateTokens(prompt));
  const counts = { shown: kept.length, left: turns.length - kept.length };
  if (isChat) {
    const messages = kept.flatMap((turn): ChatMessage[] => [
      { role: 'user', content: turn.prompt },
      { role: 'assistant', content: turn.answer },
    ]);
    return { prompt: [...messages, { role: 'user', content: prompt }], stop: [], ...counts };
  }
  if (kept.length === 0) return { prompt, stop: [], ...counts };
  const lines = kept.map((turn) => `User: ${turn.prompt}\nAssistant: ${turn.answer}`);
  return {
    prompt: [`${lead}\n`, ...lines, `User: ${prompt}`, 'Assistant:'].join('\n'),
    stop: ['\nUser:'],
    ...counts,
  };
}

function newestThatFit(turns: readonly Turn[], budget: number): Turn[] {
  const kept: Turn[] = [];
  let room = budget;
  for (const turn of turns.toReversed()) {
    room -= estimateTokens(turn.prompt) + estimateTokens(turn.answer) + tokensAroundTurn;
    if (room < 0) break;
    kept.unshift(turn);
  }
  return kept;
}

const tokensAroundTurn = 8;

/** Slightly above a tokenizer's count: words of one to three tokens, other scripts about one per character. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 3);
}

/** Limits for a history that was too long, in tokens and turns. @param limit of the context, if known. */
export function shortened(
  shown: number,
  limit: number | undefined,
): { tokens: number; most: number } {
  // The model's own count is larger than the estimate, so a good part of its limit stays free.
  const tokens = Math.floor(Math.min(limit ?? assumedContext, assumedContext) * 0.6);
  return limit === undefined
    ? { tokens: assumedContext, most: Math.floor(shown / 2) }
    : { tokens, most: shown - 1 };
}

/** The context of the smallest current models, until a model reports its own. */
export const assumedContext = 8_192;
