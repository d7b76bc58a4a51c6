// Quota warning: threshold and content.

/** Number of uses that triggers the warning; undefined if that is the last use, which has its own message. */
export function warnsAt(limit: number): number | undefined {
  const at = Math.ceil((limit * 4) / 5);
  return at < limit ? at : undefined;
}

export interface QuotaWarning {
  readonly gateway: string;
  readonly app: string;
  readonly limit: number;
  /** `minute`, `2 hours`: after `this`. */
  readonly window: string;
  /** Via this bot, in the current window. */
  readonly used: number;
  /** Latest reset, ms since the epoch. */
  readonly resetsAt: number | undefined;
}
