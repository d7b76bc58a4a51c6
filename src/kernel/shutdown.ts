// Shutdown hooks of a process, called from the last to the first within a bound of time.
import pTimeout from 'p-timeout';
import { toFault } from './errors.ts';
import type { Log } from './log.ts';

export type ShutdownHook = () => Promise<unknown>;

/** A hook that finds no time left is begun and not waited for: with Redis away, most would wait for ever. */
export async function endAll(endings: ShutdownHook[], withinMs: number, log: Log): Promise<void> {
  const until = performance.now() + withinMs;
  let isLate = false;
  for (let end = endings.pop(); end !== undefined; end = endings.pop()) {
    const milliseconds = Math.max(1, until - performance.now());
    const inTime = await pTimeout(
      end().then(
        () => true,
        (error: unknown) => {
          log.warn({ err: toFault(error) }, 'shutdown hook failed');
          return true;
        },
      ),
      { milliseconds, fallback: () => false },
    );
    isLate ||= !inTime;
  }
  if (isLate) log.warn({ withinMs }, 'shutdown incomplete');
}
