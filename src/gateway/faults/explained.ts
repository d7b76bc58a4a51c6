// A gateway fault in words, with its next actions. Types only.

/** What a press does for the person who asked. */
export type NextAction =
  /** Types a command, e.g. `key list`. */
  | { readonly kind: 'command'; readonly label: string; readonly command: string }
  /** Asks the same question again at once. */
  | { readonly kind: 'again' }
  /** Asks it again by itself, at that moment (ms since the epoch). */
  | { readonly kind: 'later'; readonly label: string; readonly at: number }
  /** Asks it again of the model that the gateway was made for. */
  | { readonly kind: 'own_model'; readonly model: string }
  /** Opens the window that asks the operators for a higher quota. */
  | { readonly kind: 'more_quota'; readonly gateway: string }
  /** Opens the question for changes. */
  | { readonly kind: 'edit'; readonly label: string };

/** A gateway fault in words, as the fault table explains it. */
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
