// Orders for a worker that exits in a test, and keys of journal lines.
import type { JournalEvent } from '../../src/engine/journal.ts';
import type { Timings } from '../../src/engine/worker-options.ts';

export interface MortalOrders {
  readonly url: string;
  readonly prefix: string;
  /** Journal lines, by key, that no longer count. */
  readonly known: readonly string[];
  /** The worker kills itself right after this many unknown lines. */
  readonly stride: number;
  readonly timings: Partial<Timings>;
}

/** `type step`: a line that a resumed step repeats has the same key. */
export function keyOfLine(event: JournalEvent): string {
  return 'step' in event ? `${event.type} ${event.step}` : event.type;
}
