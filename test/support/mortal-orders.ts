// What a worker that is to die in a test is told, and how journal lines are told apart.
import type { JournalEvent } from '../../src/engine/journal.ts';
import type { Timings } from '../../src/engine/worker-options.ts';

export interface MortalOrders {
  readonly url: string;
  readonly prefix: string;
  /** Journal lines, by their key, that do not count any more. */
  readonly known: readonly string[];
  /** It kills itself right after this many lines that are not known. */
  readonly stride: number;
  readonly timings: Partial<Timings>;
}

/** `type step`: a line that a resumed step writes again has the same key. */
export function keyOfLine(event: JournalEvent): string {
  return 'step' in event ? `${event.type} ${event.step}` : event.type;
}
