// An answer as people get it: asked for, growing, and at its end, which may be a fault in words. Types only.

/** What an answer is to be: shown before it is there. */
export interface Asked {
  readonly prompt: string;
  /** Only the asker sees it. */
  readonly isPrivate: boolean;
  /** The words come as they are made; else all at once. */
  readonly streams: boolean;
}

export interface Answer {
  readonly text: string;
  /** `raw`: status, headers and body as they came. */
  readonly form: 'markdown' | 'raw';
  readonly model: string;
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly firstTokenMs: number | undefined;
  readonly totalMs: number;
  readonly quota: { readonly limit: number; readonly window: string; readonly usedHere: number };
  /** The model was stopped after so many tokens; it had more to say. */
  readonly cutAt: number | undefined;
  /** A content filter of the model server cut it off. */
  readonly isFiltered?: boolean | undefined;
  /** Earlier turns of the thread that the model was shown, and those that did not fit. */
  readonly history: { readonly shown: number; readonly left: number };
}

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

export interface AnswerMessage {
  /** Where replies go on with the conversation; none for an answer that one person sees. */
  readonly thread: string | undefined;
  /** The text so far; coalesced under the workspace's budget, never throws for a rate limit. */
  grow(text: string): void;
  /** Nothing has come yet, and why it takes longer. */
  wait(why: string): Promise<void>;
  finish(answer: Answer): Promise<void>;
  /** @param partial what had come before it failed. */
  explain(fault: ExplainedFault, partial?: string): Promise<void>;
  /** The asker wanted no more. */
  stopped(partial: string): Promise<void>;
  /** Nothing more is shown by this worker: another goes on, or the fault is told elsewhere. */
  abandon(): void;
  /** It cannot be given any more; the asker may ask again. */
  interrupted(): Promise<void>;
}
