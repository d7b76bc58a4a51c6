// A clock that moves only in `advance` and runs due timers in order.
import type { Clock } from '../../core/clock.ts';

export interface SteppedClock extends Clock {
  /** Advances the simulated time (ms). */
  advance(ms: number): void;
}

export function createSteppedClock(): SteppedClock {
  let now = Date.now();
  const waiting = new Set<{ due: number; run: () => void }>();
  return {
    speed: 1,
    now: () => now,
    scaled: (ms) => ms,
    after: (ms, then) => {
      const entry = { due: now + ms, run: then };
      waiting.add(entry);
      return () => void waiting.delete(entry);
    },
    advance: (ms) => {
      const end = now + ms;
      for (;;) {
        const [next] = [...waiting]
          .filter((entry) => entry.due <= end)
          .toSorted((a, b) => a.due - b.due);
        if (next === undefined) break;
        waiting.delete(next);
        now = Math.max(now, next.due);
        next.run();
      }
      now = end;
    },
  };
}
