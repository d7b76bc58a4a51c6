// Throttled updates of a growing text; the newest text wins.
import { toFault } from '../../../src/kernel/errors.ts';

export interface Ticker {
  grow(this: void, text: string): void;
  /** Drops text that is not shown yet, and returns when no update is in progress. */
  stop(): Promise<void>;
}

export interface TickerOptions {
  /** Shows the text; false if there was nothing new to show. Throws a fault with the time of the next try. */
  show(text: string): Promise<boolean>;
  /** Minimum time between two updates, ms. */
  readonly everyMs: number;
  /** Receives failures other than rate limits. */
  troubled(code: string): void;
}

export function createTicker({ show, everyMs, troubled }: TickerOptions): Ticker {
  const state: {
    newest: string | undefined;
    timer: NodeJS.Timeout | undefined;
    running: Promise<void> | undefined;
    /** Earliest time of the next update. */
    dueAt: number;
    isOver: boolean;
  } = { newest: undefined, timer: undefined, running: undefined, dueAt: 0, isOver: false };

  const schedule = (): void => {
    if (state.isOver || state.timer !== undefined || state.running !== undefined) return;
    const delayMs = state.dueAt - performance.now();
    if (delayMs <= 0) state.running = Promise.resolve().then(run);
    else {
      state.timer = setTimeout(() => {
        state.timer = undefined;
        state.running = run();
      }, delayMs);
    }
  };
  const run = async (): Promise<void> => {
    const waitMs = await tick();
    state.running = undefined;
    state.dueAt = performance.now() + waitMs;
    if (state.newest !== undefined) schedule();
  };
  /** Never rejects. @returns ms until the next update. */
  const tick = async (): Promise<number> => {
    const text = state.newest;
    if (text === undefined) return everyMs;
    state.newest = undefined;
    try {
      return (await show(text)) ? everyMs : 0;
    } catch (error) {
      const { code, retryAfterMs } = toFault(error);
      state.newest ??= text;
      if (code !== 'rate_limited') troubled(code);
      return retryAfterMs ?? 2_000;
    }
  };
  return {
    grow: (text) => {
      state.newest = text;
      schedule();
    },
    stop: async () => {
      state.isOver = true;
      clearTimeout(state.timer);
      state.newest = undefined;
      await state.running;
    },
  };
}
