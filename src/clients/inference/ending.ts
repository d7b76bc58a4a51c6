// Outcome of an answer from its events: complete, or the reason why not. Pure.
import type { Completion, Unfinished, WholeEnding } from './client.ts';
import type { FinishReason } from './finish-reasons.ts';
import { isBlank, withoutReasoning } from './reasoning.ts';
import type { AnswerEvent, TokenCounts } from './schema.ts';

/** Parts of an answer that have arrived so far. */
export interface Progress {
  readonly text: string;
  readonly refusal: string;
  readonly model: string | undefined;
  readonly usage: TokenCounts | undefined;
  /** The first one counts: a server that aborts may still end the stream correctly. */
  readonly reason: FinishReason | undefined;
  /** The model has written reasoning, which is no part of the answer. */
  readonly hasReasoning: boolean;
  readonly hasToolCall: boolean;
  /** Body of the first error. */
  readonly fault: string | undefined;
}

export const nothingYet: Progress = {
  text: '',
  refusal: '',
  model: undefined,
  usage: undefined,
  reason: undefined,
  hasReasoning: false,
  hasToolCall: false,
  fault: undefined,
};

export const advance = (progress: Progress, events: readonly AnswerEvent[]): Progress =>
  events.reduce(step, progress);

function step(progress: Progress, event: AnswerEvent): Progress {
  switch (event.kind) {
    case 'text':
      return { ...progress, text: progress.text + event.text };
    case 'reasoning':
      return { ...progress, hasReasoning: true };
    case 'refusal':
      return { ...progress, refusal: progress.refusal + event.text };
    case 'tool_call':
      return { ...progress, hasToolCall: true };
    case 'ended':
      return { ...progress, reason: progress.reason ?? event.reason };
    case 'counted':
      return {
        ...progress,
        model: progress.model ?? event.model,
        usage: event.usage ?? progress.usage,
      };
    case 'fault':
      return { ...progress, fault: progress.fault ?? event.body };
  }
}

export type AnswerOutcome =
  | { readonly kind: 'whole'; readonly ending: WholeEnding }
  | { readonly kind: 'unfinished'; readonly unfinished: Unfinished }
  | { readonly kind: 'fault'; readonly body: string };

/** The outcome of an answer that has ended. */
export function outcomeOf(progress: Progress): AnswerOutcome {
  const { fault, reason, refusal } = progress;
  if (fault !== undefined) return { kind: 'fault', body: fault };
  if (reason === undefined) return unfinished({ why: 'no_end' });
  if (reason.kind === 'other') return unfinished({ why: 'ended_with', finishReason: reason.word });
  if (refusal.trim() !== '' || reason.kind === 'refusal') {
    return unfinished({ why: 'refused', refusal: refusal.trim() });
  }
  if (reason.kind === 'tool_calls') return toolCall;
  const isSilent = isBlank(withoutReasoning(progress.text));
  return isSilent
    ? unfinished(silence(progress, reason.kind))
    : { kind: 'whole', ending: reason.kind };
}

const unfinished = (how: Unfinished): AnswerOutcome => ({ kind: 'unfinished', unfinished: how });
const toolCalls: Unfinished = { why: 'ended_with', finishReason: 'tool_calls' };
const toolCall = unfinished(toolCalls);

/** Reason why an answer with a regular end has no text. */
function silence({ text, hasReasoning, hasToolCall }: Progress, ending: WholeEnding): Unfinished {
  if (ending === 'content_filter') return { why: 'filtered' };
  // vLLM ends the call of a tool that was named in the request with `stop`.
  if (hasToolCall) return toolCalls;
  const isCut = ending === 'length';
  // A completion without a chat template hides its reasoning: then only the spent tokens show it.
  return hasReasoning || isCut || !isBlank(text)
    ? { why: 'only_reasoning', isCut }
    : { why: 'empty' };
}

/** The model was reached and worked, even if its answer is incomplete: the criterion of a gateway probe. */
export const wasServed = (completion: Completion): boolean =>
  completion.ok || completion.unfinished !== undefined;

/** The model ended without an answer: a question of a few tokens may end so. */
export const hasEnded = ({ why }: Unfinished): boolean => why !== 'no_end' && why !== 'ended_with';
