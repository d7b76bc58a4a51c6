// Fault table cases for incomplete answers with status 200.
import type { CompletionFault } from '../../../src/clients/inference/client.ts';
import type { Circumstances } from '../../../src/gateway/faults/observed-fault.ts';

export interface Case {
  readonly row: string;
  readonly fault: Partial<CompletionFault>;
  /** Text that title, meaning or next must contain. */
  readonly says: RegExp;
  readonly retryAfterMs?: number;
  /** Its next actions: commands by their text, others by their kind. */
  readonly actions: readonly string[];
  readonly given?: Partial<Circumstances>;
}

const unfinished = (
  row: string,
  how: CompletionFault['unfinished'],
  says: RegExp,
  actions: readonly string[],
): Case => ({
  row,
  fault: { status: 200, midStream: true, partialText: 'Par', unfinished: how },
  says,
  actions,
});

export const unfinishedCases: readonly Case[] = [
  unfinished(
    'answer_unfinished',
    { why: 'ended_with', finishReason: 'abort' },
    /stopped early with finish reason `abort`/,
    ['again', 'doctor'],
  ),
  unfinished('answer_unfinished', { why: 'no_end' }, /sent no finish reason/, ['again', 'doctor']),
  unfinished(
    'tool_requested',
    { why: 'ended_with', finishReason: 'tool_calls' },
    /offers no tools/,
    ['edit', 'again'],
  ),
  unfinished(
    'no_tokens_left',
    { why: 'only_reasoning', isCut: true },
    /all tokens for its reasoning, before the answer.*Raise `--max-tokens`/,
    ['edit', 'again'],
  ),
  unfinished(
    'no_tokens_left',
    { why: 'only_reasoning', isCut: false },
    /after its reasoning.*Raise `--max-tokens`/,
    ['edit', 'again'],
  ),
  unfinished('model_declined', { why: 'refused', refusal: 'I cannot help.' }, /I cannot help/, [
    'edit',
    'again',
  ]),
  unfinished('model_declined', { why: 'refused', refusal: '' }, /without a reason/, [
    'edit',
    'again',
  ]),
  unfinished('answer_filtered', { why: 'filtered' }, /content filter.*Rephrase the question/, [
    'edit',
    'again',
  ]),
  unfinished(
    'answer_empty',
    { why: 'empty' },
    /returned no text.*Rephrase the question, then retry/,
    ['again', 'edit'],
  ),
];
