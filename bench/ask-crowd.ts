// Simultaneous questions: completeness and place of each answer, and costs of the one worker.
import type { VllmState } from '../sandbox/vllm/state.ts';
import type { Answers, Shown } from './answers.ts';
import type { AskWorld } from './ask-world.ts';
import { type ProcessFigures, processOf } from './process-figures.ts';

export interface Crowd {
  readonly asked: number;
  readonly people: number;
  readonly channels: number;
  /** Complete answers below their own question, in its channel. */
  readonly exact: number;
  /** The problems of the first others. */
  readonly wrong: readonly string[];
  /** Maximum of concurrent streams at the model servers. */
  readonly peak: number;
  /** From the first command to the last answer's end. */
  readonly wallMs: number;
  readonly ackMs: readonly number[];
  /** From the first command on. */
  readonly firstMs: readonly number[];
  readonly lastMs: readonly number[];
  /** Between two updates of an answer. */
  readonly gapsMs: readonly number[];
  readonly bot: ProcessFigures;
}

const words = Array.from({ length: 120 }, (_, index) => `word${index % 10}`).join(' ');

/** About 250 tokens, six seconds of the model: the first answer outlasts the last one's start. */
export const crowdPrompt = (word: string): string => `repeat: Here is ${word} ${words} ${word}`;

export async function crowdAtOnce(world: AskWorld, answers: Answers, size: number): Promise<Crowd> {
  const { askers, channels, sandbox } = world;
  const models = sandbox.context.state<VllmState>('vllm', () => {
    throw new Error('The model servers have no state.');
  });
  let peak = 0;
  const unwatch = sandbox.context.onChange((service) => {
    if (service === 'vllm') peak = Math.max(peak, models.running);
  });
  const figures = await processOf(sandbox);
  const from = performance.now();
  const all = await Promise.all(
    Array.from({ length: size }, async (_, index): Promise<Asked> => {
      const user = askers[index % askers.length]?.user ?? '';
      const channel = channels[index % channels.length] ?? '';
      const word = answers.newWord();
      const prompt = crowdPrompt(word);
      const shown = answers.to(word);
      const text = `/llmgw ask --max-tokens 2000 ${prompt}`;
      const ackMs = await world.command({ user, channel, text });
      return { ackMs, channel, user, prompt, shown: await shown };
    }),
  );
  const wallMs = performance.now() - from;
  unwatch();
  const wrong = all.filter((one) => !isExact(one));
  return {
    asked: size,
    people: Math.min(askers.length, size),
    channels: Math.min(channels.length, size),
    exact: size - wrong.length,
    wrong: wrong
      .slice(0, 3)
      .map(({ prompt, shown }) => `${prompt} → ${shown.status}: ${shown.text}`),
    peak,
    wallMs,
    ackMs: all.map(({ ackMs }) => ackMs),
    firstMs: all.map(({ shown }) => shown.firstAt - from),
    lastMs: all.map(({ shown }) => shown.lastAt - from),
    gapsMs: all.flatMap(({ shown }) => shown.gaps),
    bot: await figures.since(),
  };
}

interface Asked {
  readonly ackMs: number;
  readonly channel: string;
  readonly user: string;
  readonly prompt: string;
  readonly shown: Shown;
}

function isExact({ channel, user, prompt, shown }: Asked): boolean {
  return (
    shown.status === 'ok' &&
    shown.channel === channel &&
    shown.question.includes(user) &&
    `repeat: ${shown.text}` === prompt
  );
}
