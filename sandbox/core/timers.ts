// Pending work of a service by due time, resumed at restart, dropped at stop.
import type { Clock } from './clock.ts';

export interface Timers {
  /** The real time (ms since the epoch) at which a simulated duration from now ends. */
  due(realWorldMs: number): number;
  /** Runs `then` at a real time; immediately (but after this call) when that is past. */
  at(due: number, then: () => void): void;
  stop(): void;
}

export function createTimers(clock: Clock): Timers {
  const cancels = new Set<() => void>();
  return {
    due: (realWorldMs) => clock.now() + clock.scaled(realWorldMs),
    at: (due, then) => {
      const cancel = clock.after(Math.max(0, due - clock.now()) * clock.speed, () => {
        cancels.delete(cancel);
        then();
      });
      cancels.add(cancel);
    },
    stop: () => {
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
  };
}
