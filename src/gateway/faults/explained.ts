// Explained gateway faults and their next actions. Types only.

/** The action of a button for the asker. */
export type NextAction =
  /** Types a command, e.g. `key list`. */
  | { readonly kind: 'command'; readonly label: string; readonly command: string }
  /** Asks the same question again at once. */
  | { readonly kind: 'again' }
  /** Asks it again at a time, ms since the epoch. */
  | { readonly kind: 'later'; readonly label: string; readonly at: number }
  /** Asks the configured model of the gateway. */
  | { readonly kind: 'own_model'; readonly model: string }
  /** Opens the modal that requests a higher quota. */
  | { readonly kind: 'more_quota'; readonly gateway: string }
  /** Opens the question in the ask modal. */
  | { readonly kind: 'edit'; readonly label: string };

/** A gateway fault as the fault table explains it. */
export interface ExplainedFault {
  /** Row of the fault table, e.g. `quota_spent`. */
  readonly row: string;
  readonly title: string;
  readonly meaning: string;
  readonly next: string;
  /** The next actions as buttons, the best one first. */
  readonly actions: readonly NextAction[];
  /** ms until it may be tried again, where computable. */
  readonly retryAfterMs?: number | undefined;
  readonly status: number | undefined;
  /** Raw body, for unknown faults only. */
  readonly raw?: string | undefined;
}
