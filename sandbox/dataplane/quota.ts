// Quota windows on the real clock, by first request or by clock boundary.
import type { Product } from '../apigee/state.ts';
import type { DataplaneState } from './state.ts';

const unitMs: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  month: 30 * 86_400_000,
};

export type Quota = NonNullable<Product['operations'][number]['quota']>;

/** Counts one request; false when the quota is used up. A refused request is not counted. */
export function countRequest(
  { quotas, quotaWindows }: Pick<DataplaneState, 'quotas' | 'quotaWindows'>,
  counter: string,
  quota: Quota,
  now: number,
): boolean {
  const known = quotas[counter];
  const isOpen = known !== undefined && now < endOf(known.startedAt, quota);
  const startedAt = quotaWindows === 'clock' ? boundaryBefore(now, quota) : now;
  const window = isOpen ? known : { startedAt, count: 0 };
  quotas[counter] = window;
  if (window.count >= Number(quota.limit)) return false;
  window.count += 1;
  return true;
}

const lengthOf = ({ interval, timeUnit }: Quota): number =>
  Number(interval) * (unitMs[timeUnit] ?? 60_000);

/** End of a window with this start, ms since the epoch. */
export const endOf = (startedAt: number, quota: Quota): number => startedAt + lengthOf(quota);

function boundaryBefore(now: number, quota: Quota): number {
  if (quota.timeUnit !== 'month') return now - (now % lengthOf(quota));
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
