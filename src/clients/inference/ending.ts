// The end of an answer: whole, or why it is not. Pure.
import type { Completion, Unfinished, WholeEnding } from './client.ts';

const wholeEndings: readonly WholeEnding[] = ['stop', 'length', 'content_filter'];

export interface Ended {
  readonly text: string;
  readonly finishReason: string | undefined;
  /** The model has written reasoning, which is no part of the answer. */
  readonly hasReasoning: boolean;
}

/** The reason of a whole answer, or what it lacks. */
export function endingOf({
  text,
  finishReason,
  hasReasoning,
}: Ended): { readonly whole: WholeEnding } | { readonly unfinished: Unfinished } {
  if (finishReason === undefined) return { unfinished: { why: 'no_end' } };
  const whole = wholeEndings.find((one) => one === finishReason);
  if (whole === undefined) return { unfinished: { why: 'ended_with', finishReason } };
  const isCut = whole === 'length';
  const answer = withoutReasoning(text);
  // A completion without a chat template hides its reasoning: then only the spent tokens show it.
  if (answer === '' && (hasReasoning || isCut || text.trim() !== '')) {
    return { unfinished: { why: 'only_reasoning', isCut } };
  }
  return { whole };
}

/** A server without a reasoning parser leaves the reasoning in the text, between tags; a cut one has no end. */
const withoutReasoning = (text: string): string =>
  text
    .trim()
    .replace(/^<think>[^]*?(<\/think>|$)/i, '')
    .trim();

/** The model was reached and worked, though its answer may not be whole: what a probe of a gateway asks. */
export const wasServed = (completion: Completion): boolean =>
  completion.ok || completion.unfinished !== undefined;
