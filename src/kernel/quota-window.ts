// Quota windows in ms and as text.
import { plural } from './text.ts';
import type { Quota } from './config.ts';

const unitMs = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  /** The longest month, as waits are bounded from above. */
  month: 31 * 86_400_000,
} as const;

export const windowMs = ({ interval, timeUnit }: Quota): number => interval * unitMs[timeUnit];

/** `minute`, `2 hours`: after `per`. */
export function windowName({ interval, timeUnit }: Quota): string {
  return interval === 1 ? timeUnit : `${interval} ${timeUnit}s`;
}

/** `5 requests per minute`. */
export function formatQuota(quota: Quota): string {
  return `${plural(quota.limit, 'request')} per ${windowName(quota)}`;
}
