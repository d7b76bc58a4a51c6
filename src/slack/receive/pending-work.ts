// Work after an ack: failures are logged, and a stop waits for it.
import { toFault } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';

export interface PendingWork {
  /** Starts the work; never throws. */
  run(what: string, work: () => Promise<void>): void;
  settled(): Promise<void>;
}

export function createPendingWork(log: Log): PendingWork {
  const all = new Set<Promise<void>>();
  return {
    run: (what, work) => {
      const running = work()
        .catch((error: unknown) => log.warn({ what, err: toFault(error) }, 'could not be shown'))
        .finally(() => all.delete(running));
      all.add(running);
    },
    settled: async () => void (await Promise.all(all)),
  };
}
