// Shared interface of the parts of one side's run.
import type { Finding } from '../check.ts';
import type { Scrubber } from '../compare/scrub.ts';
import type { FromRecorder, Order } from './messages.ts';
import type { Side } from './open-side.ts';
import type { SideWorld } from './sandbox-side.ts';

export type Tell = (message: FromRecorder) => void;

export interface Recorder {
  readonly order: Order;
  readonly world: SideWorld;
  readonly side: Side;
  readonly scrubber: Scrubber;
  readonly tell: Tell;
  readonly signal: AbortSignal;
  /** Runs the work as the check of this id, which labels its recorded exchanges. */
  as<T>(check: string | undefined, work: () => Promise<T>): Promise<T>;
}

export function tellFinding({ tell, scrubber }: Recorder, check: string, finding: Finding): void {
  const seen = scrubber.text(finding.seen);
  tell({ type: 'finding', check, finding: { ...finding, seen } });
}
