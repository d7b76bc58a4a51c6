// A quota's window in ms and in words.
import type { Quota } from './config.ts';

const unitMs = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  /** The longest month, as waits are bounded from above. */
  month: 31 * 86_400_000,
} as const;

export const windowMs = ({ interval, timeUnit }: Quota): number => interval * unitMs[timeUnit];

/** `60 s`, `3 h`, `31 days`. */
export function inWords(ms: number): string {
  if (ms < 1000) return `${Math.max(1, Math.ceil(ms))} ms`;
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.ceil(seconds / 60)} minutes`;
  if (seconds < 172_800) return `${Math.ceil(seconds / 3600)} hours`;
  return `${Math.ceil(seconds / 86_400)} days`;
}

/** `minute`, `2 hours`: after `per`. */
export function windowName({ interval, timeUnit }: Quota): string {
  return interval === 1 ? timeUnit : `${interval} ${timeUnit}s`;
}

/** `5 requests per minute`. */
export function quotaInWords(quota: Quota): string {
  return `${quota.limit} requests per ${windowName(quota)}`;
}
