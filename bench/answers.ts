// Observer of growing answers in the sandbox's Slack, timed at each accepted call.
import type { Message, SlackState } from '../sandbox/slack/state.ts';
import type { SandboxContext } from '../sandbox/core/context.ts';

/** All times are of `performance.now()`. */
export interface Shown {
  /** Time of the model's first token in Slack. */
  readonly firstAt: number;
  /** Time of the complete message: all text, and its outcome. */
  readonly lastAt: number;
  readonly text: string;
  readonly status: string;
  readonly channel: string;
  /** The question in the parent message of its thread, or in itself. */
  readonly question: string;
  /** Between two updates of its text, ms. */
  readonly gaps: readonly number[];
}

export interface Answers {
  /** The whole answer to the question that holds this word, e.g. `q17`. */
  to(word: string): Promise<Shown>;
  /** A word that no other question holds. */
  newWord(): string;
  stop(): void;
}

interface Growing {
  readonly message: Message;
  readonly word: string;
  readonly question: string;
  length: number;
  firstAt: number | undefined;
  grewAt: number;
  readonly gaps: number[];
}

/** Each question holds a unique word `q…` once, as its id. */
export function watchAnswers(context: SandboxContext): Answers {
  const state = context.state<SlackState>('slack', () => {
    throw new Error('Slack has no state.');
  });
  const seen = new Map<string, number>();
  const roots = new Map<string, { word: string; question: string }>();
  const growing = new Set<Growing>();
  const shown = new Map<string, Shown>();
  const waiting = new Map<string, (shown: Shown) => void>();

  const meet = (message: Message): void => {
    if (!message.byBot) return;
    const { channel, ts, threadTs } = message;
    const known = threadTs === undefined ? undefined : roots.get(`${channel}:${threadTs}`);
    const question = known?.question ?? JSON.stringify(message.blocks[0] ?? '');
    const word = known?.word ?? /\bq\d+\b/.exec(question)?.[0];
    if (word === undefined) return;
    if (known === undefined) roots.set(`${channel}:${ts}`, { word, question });
    const grewAt = performance.now();
    growing.add({ message, word, question, length: 0, firstAt: undefined, grewAt, gaps: [] });
  };
  const look = (one: Growing): void => {
    const { message, word, question, gaps } = one;
    const body = message.blocks.find(({ type }) => type === 'markdown')?.['text'];
    const text = typeof body === 'string' ? body : '';
    const now = performance.now();
    if (text.length > one.length) {
      if (one.firstAt !== undefined) gaps.push(now - one.grewAt);
      one.firstAt ??= now;
      one.grewAt = now;
      one.length = text.length;
    }
    const status = message.metadata?.event_payload['status'];
    if (typeof status !== 'string') return;
    growing.delete(one);
    const { firstAt = now } = one;
    const { channel } = message;
    shown.set(word, { firstAt, lastAt: now, text, status, channel, question, gaps });
    const end = shown.get(word);
    if (end !== undefined) waiting.get(word)?.(end);
    waiting.delete(word);
  };
  let words = 0;
  let isDue = false;
  const observeLeftovers = (): void => {
    isDue = false;
    for (const [channel, messages] of Object.entries(state.messages)) {
      for (const message of messages.slice(seen.get(channel) ?? 0)) meet(message);
      seen.set(channel, messages.length);
    }
    for (const one of growing) look(one);
  };
  // Once for all calls in one turn of the event loop: with hundreds of streams, each read costs.
  const stop = context.onChange((service) => {
    if (service !== 'slack' || isDue) return;
    isDue = true;
    setImmediate(observeLeftovers);
  });
  return {
    to: (word) =>
      new Promise((resolve) => {
        const known = shown.get(word);
        if (known === undefined) waiting.set(word, resolve);
        else resolve(known);
      }),
    newWord: () => `q${(words += 1)}`,
    stop,
  };
}
