// Simulated durations: written with their real-world length, divided by the speed when waited for.

export interface Clock {
  readonly speed: number;
  /** ms since the epoch, real. Quota windows, leases and the model's pace use it. */
  now(): number;
  /** Real ms that a simulated duration takes here. */
  scaled(realWorldMs: number): number;
  /** Runs `then` after a simulated duration; returns what cancels it. Never keeps the process alive. */
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
