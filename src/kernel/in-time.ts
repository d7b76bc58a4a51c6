// Time limit for optional work.
import pTimeout from 'p-timeout';

/** undefined for a failure or a timeout. */
export function inTime<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  return pTimeout<T | undefined, undefined>(
    work.catch(() => undefined),
    { milliseconds: ms, message: false },
  );
}
