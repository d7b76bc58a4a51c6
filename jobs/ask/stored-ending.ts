// How a question ended, stored before it is shown: a second try shows it and asks the model nothing again.
import { z } from 'zod';
import type { ExplainedFault } from '../../src/gateway/faults/explained.ts';
import type { Answer, AnswerMessage } from './answer/notifier.ts';
import type { AskContext } from './context.ts';

export type TurnEnding =
  | { readonly how: 'finish'; readonly answer: Answer }
  | { readonly how: 'explain'; readonly fault: ExplainedFault; readonly partial: string }
  | { readonly how: 'stopped'; readonly partial: string };

export interface StoredEnding {
  readonly ending: TurnEnding;
  /** As the message was opened. */
  readonly streams: boolean;
  /** What the thread's conversation remembers, and at which gateway. */
  readonly said?: { readonly gateway: string; readonly prompt: string; readonly answer: string };
}

/** Written by this file alone. */
const stored = z.custom<StoredEnding>(
  (value) => typeof value === 'object' && value !== null && 'ending' in value,
);
const endingRef = (job: string): string => `ending-${job}`;
/** For as long as the question itself. */
const keptMs = 86_400_000;

type Parts = Pick<AskContext, 'texts' | 'redact'>;

export async function readEnding(
  { texts }: Pick<Parts, 'texts'>,
  job: string,
): Promise<StoredEnding | undefined> {
  const kept = await texts.read(endingRef(job));
  return kept === undefined ? undefined : stored.parse(JSON.parse(kept));
}

export const keepEnding = (
  { texts, redact }: Parts,
  job: string,
  ending: StoredEnding,
): Promise<void> => texts.keep(endingRef(job), redact(JSON.stringify(ending)), keptMs);

/** Shows the ending and lets the conversation remember it, once. @returns how it ended. */
export async function showEnding(
  { asks }: { readonly asks: Pick<AskContext['asks'], 'turns' | 'addTurn'> },
  message: AnswerMessage,
  job: string,
  { ending, said }: StoredEnding,
): Promise<string> {
  switch (ending.how) {
    case 'stopped':
      await message.stopped(ending.partial);
      return 'stopped';
    case 'explain':
      await message.explain(ending.fault, ending.partial);
      return ending.fault.row;
    case 'finish':
      await message.finish(ending.answer);
  }
  const { thread } = message;
  if (thread !== undefined && said !== undefined) {
    const { gateway, prompt, answer } = said;
    const isKnown = (await asks.turns(thread)).some((turn) => turn.job === job);
    if (!isKnown) await asks.addTurn(thread, gateway, { job, prompt, answer });
  }
  return 'answered';
}
