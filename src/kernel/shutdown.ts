// Shutdown hooks of a process, called in reverse order within a time limit.
import pTimeout from 'p-timeout';
import { toFault } from './errors.ts';
import type { Log } from './log.ts';

export type ShutdownHook = () => Promise<unknown>;

/** A hook without time left is started and not awaited: without Redis, most would never end. */
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
