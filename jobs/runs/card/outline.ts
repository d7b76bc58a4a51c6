// Parts of a runbook that the card reads.
import type { RunbookVariant, StepKind } from '../../../src/engine/step.ts';

/** Parts of a runbook that the card shows. */
export interface RunbookOutline {
  readonly name: string;
  readonly title: string;
  readonly steps: readonly StepOutline[];
  readonly variants?: readonly RunbookVariant<StepOutline>[];
}

export interface StepOutline {
  readonly id: string;
  readonly title: string;
  readonly needs: readonly string[];
  readonly kind: StepKind;
  /** Typical duration, ms. */
  readonly expectMs: number;
  /** Cloud operation that continues after a cancel: `creating the cluster`. */
  readonly continuesAfterCancel?: string;
}
