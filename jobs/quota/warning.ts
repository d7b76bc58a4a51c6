// When a person is told that their quota is nearly used: at 80 % of it. Pure.

/** How many uses of a window bring the warning; undefined where that would be the last one, which has words of its own. */
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
  /** From here, in the window that runs now. */
  readonly used: number;
  /** ms since the epoch, at the latest. */
  readonly resetsAt: number | undefined;
}
