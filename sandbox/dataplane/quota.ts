// Flexible quota windows: each begins with an app's first request of an operation and runs on the real clock.
import type { Product } from '../apigee/state.ts';
import type { QuotaWindow } from './state.ts';

const unitMs: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  month: 30 * 86_400_000,
};

export type Quota = NonNullable<Product['operations'][number]['quota']>;

/** Counts one request; false when the window is spent. A refused request is not counted. */
export function countRequest(
  windows: Record<string, QuotaWindow>,
  counter: string,
  quota: Quota,
  now: number,
): boolean {
  const lengthMs = Number(quota.interval) * (unitMs[quota.timeUnit] ?? 60_000);
  const known = windows[counter];
  const window =
    known !== undefined && now < known.startedAt + lengthMs ? known : { startedAt: now, count: 0 };
  windows[counter] = window;
  if (window.count >= Number(quota.limit)) return false;
  window.count += 1;
  return true;
}
