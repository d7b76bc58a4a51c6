// What is due when nobody decides on a wish for more quota. Pure.
import type { QuotaRequest } from '../questions.ts';

/** Not in the very moment in which it may still be approved, ms. */
const afterMs = 1_000;

export function quotaExpiry(request: QuotaRequest, until: number) {
  const { id, gateway, wanted, by } = request;
  const job = `${id}-expired`;
  const { user } = by;
  return {
    job: 'quota-request',
    payload: {
      gateway,
      action: 'expire',
      owner: user,
      wanted,
      of: id,
      to: { user, channel: user, job },
    },
    id: job,
    delayMs: Math.max(0, until - Date.now()) + afterMs,
  } as const;
}
