// Shows a growing text: at once, then as often as it is let; the newest text wins, older ones are never sent late.
import { toFault } from '../errors.ts';

export interface Ticker {
  grow(this: void, text: string): void;
  /** Drops what was not shown yet, and returns when nothing is on its way. */
  stop(): Promise<void>;
}

export interface TickerOptions {
  /** Shows the text, or throws a fault that says when to try again. */
  show(text: string): Promise<void>;
  /** The least time between two, ms. */
  readonly everyMs: number;
  /** Told of what is no mere pause. */
  troubled(code: string): void;
}

export function createTicker({ show, everyMs, troubled }: TickerOptions): Ticker {
  const state: {
    newest: string | undefined;
    timer: NodeJS.Timeout | undefined;
    running: Promise<void> | undefined;
    isOver: boolean;
  } = { newest: undefined, timer: undefined, running: undefined, isOver: false };

  const schedule = (delayMs: number): void => {
    if (state.isOver || state.timer !== undefined || state.running !== undefined) return;
    state.timer = setTimeout(() => {
      state.timer = undefined;
      state.running = tick().then((waitMs) => {
        state.running = undefined;
        if (state.newest !== undefined) schedule(waitMs);
      });
    }, delayMs);
  };
  /** Never rejects. @returns ms until the next. */
  const tick = async (): Promise<number> => {
    const text = state.newest;
    if (text === undefined) return everyMs;
    state.newest = undefined;
    try {
      await show(text);
      return everyMs;
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
      schedule(0);
    },
    stop: async () => {
      state.isOver = true;
      clearTimeout(state.timer);
      state.newest = undefined;
      await state.running;
    },
  };
}
