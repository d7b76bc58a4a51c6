// Stored ending of a question, so that a second try asks the model nothing.
import { z } from 'zod';
import { type ExplainedFault, nextAction } from '../../src/gateway/faults/explained.ts';
import type { Answer, AnswerMessage } from './answer/notifier.ts';
import type { AskContext } from './context.ts';

const count = z.number().optional();

/** JSON omits undefined values, so a key that may be undefined is optional here. */
const storedAnswer = z.object({
  text: z.string(),
  form: z.enum(['markdown', 'raw']),
  model: z.string(),
  promptTokens: count,
  completionTokens: count,
  firstTokenMs: count,
  totalMs: z.number(),
  quota: z.object({ limit: z.number(), window: z.string(), usedHere: z.number() }),
  cutAt: count,
  isFiltered: z.boolean().optional(),
  history: z.object({ shown: z.number(), left: z.number() }),
}) as z.ZodType<Answer, Answer>;

const storedExplanation = z.object({
  row: z.string(),
  title: z.string(),
  meaning: z.string(),
  next: z.string(),
  actions: z.array(nextAction).readonly(),
  retryAfterMs: count,
  status: count,
  raw: z.string().optional(),
}) as z.ZodType<ExplainedFault, ExplainedFault>;

const storedEnding = z.object({
  ending: z.discriminatedUnion('how', [
    z.object({ how: z.literal('finish'), answer: storedAnswer }),
    z.object({ how: z.literal('explain'), fault: storedExplanation, partial: z.string() }),
    z.object({ how: z.literal('stopped'), partial: z.string() }),
  ]),
  /** As the message was opened. */
  streams: z.boolean(),
  /** Turn to store in the thread's conversation, and its gateway. */
  said: z.object({ gateway: z.string(), prompt: z.string(), answer: z.string() }).exactOptional(),
});
export type StoredEnding = z.infer<typeof storedEnding>;
export type TurnEnding = StoredEnding['ending'];

const endingRef = (job: string): string => `ending-${job}`;
/** Same retention as the question. */
const keptMs = 86_400_000;

type Parts = Pick<AskContext, 'texts' | 'redact'>;

/** undefined also if it cannot be read: then the model is asked again. */
export const readEnding = (
  { texts }: Pick<Parts, 'texts'>,
  job: string,
): Promise<StoredEnding | undefined> => texts.record(endingRef(job), storedEnding);

export const keepEnding = (
  { texts, redact }: Parts,
  job: string,
  ending: StoredEnding,
): Promise<void> => texts.keep(endingRef(job), redact(JSON.stringify(ending)), keptMs);

/** Shows the ending and stores its turn in the conversation, once. @returns the outcome. */
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
