// What the card reads of a runbook.
import type { RunbookVariant, StepKind } from '../../../src/engine/step.ts';

/** What the card shows of a runbook. */
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
