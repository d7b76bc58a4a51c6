// Clock of simulated durations: real-world length divided by the sandbox's speed.

export interface Clock {
  readonly speed: number;
  /** ms since the epoch, real. Quota windows, leases and the model's pace use it. */
  now(): number;
  /** Real ms that a simulated duration takes here. */
  scaled(realWorldMs: number): number;
  /** Runs `then` after a simulated duration; returns its cancel function. Does not block exit. */
  after(realWorldMs: number, then: () => void): () => void;
}

export function createClock(speed: number): Clock {
  const scaled = (realWorldMs: number): number => realWorldMs / speed;
  return {
    speed,
    now: () => Date.now(),
    scaled,
    after: (realWorldMs, then) => {
      const timer = setTimeout(then, scaled(realWorldMs));
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
