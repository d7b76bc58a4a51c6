// Work that nobody waits for too long.
import pTimeout from 'p-timeout';

/** undefined for what fails or takes longer. */
export function inTime<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  return pTimeout<T | undefined, undefined>(
    work.catch(() => undefined),
    { milliseconds: ms, message: false },
  );
}
