// Explained gateway faults and their next actions.
import { z } from 'zod';

export const nextAction = z.discriminatedUnion('kind', [
  /** Types a command, e.g. `key list`. */
  z.object({ kind: z.literal('command'), label: z.string(), command: z.string() }),
  /** Asks the same question again at once. */
  z.object({ kind: z.literal('again') }),
  /** Asks it again at a time, ms since the epoch. */
  z.object({ kind: z.literal('later'), label: z.string(), at: z.number() }),
  /** Asks the configured model of the gateway. */
  z.object({ kind: z.literal('own_model'), model: z.string() }),
  /** Opens the modal that requests a higher quota. */
  z.object({ kind: z.literal('more_quota'), gateway: z.string() }),
  /** Opens the question in the ask modal. */
  z.object({ kind: z.literal('edit'), label: z.string() }),
]);
/** The action of a button for the asker. */
export type NextAction = Readonly<z.infer<typeof nextAction>>;

/** A gateway fault as the fault table explains it. */
export interface ExplainedFault {
  /** Row of the fault table, e.g. `quota_spent`. */
  readonly row: string;
  readonly title: string;
  readonly meaning: string;
  readonly next: string;
  /** The next actions as buttons, the best one first. */
  readonly actions: readonly NextAction[];
  /** ms until it may be tried again, if computable. */
  readonly retryAfterMs?: number | undefined;
  readonly status: number | undefined;
  /** Raw body, for unknown faults only. */
  readonly raw?: string | undefined;
}
