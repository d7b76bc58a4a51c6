// Quota request types: news, stored request and limit comparison.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Quota } from '../../src/kernel/config.ts';
import { type Fault, faultAbout } from '../../src/kernel/errors.ts';
import { formatQuota, windowMs } from '../../src/kernel/quota-window.ts';

/** News for the requester. `by` is the Slack id of the operator. */
export type QuotaNews = {
  readonly gateway: string;
  readonly desired: string;
} & (
  | {
      readonly kind: 'asked';
      readonly now: string;
      readonly until: number;
      /** Limit of the replaced request. */
      readonly instead: string | undefined;
    }
  /** The same question is open already. */
  | { readonly kind: 'pending'; readonly until: number }
  | { readonly kind: 'approved'; readonly by: string; readonly runId: string }
  | { readonly kind: 'approved_once'; readonly by: string }
  | { readonly kind: 'denied'; readonly by: string; readonly word: string | undefined }
  /** The gateway changed, so the operators decide again. */
  | { readonly kind: 'asked_again'; readonly why: string }
  /** The limit is already high enough. */
  | { readonly kind: 'moot'; readonly why: string }
  | { readonly kind: 'ended'; readonly runId: string; readonly end: QuotaRequestEnd }
);

/** How the run ended. `refused`: it did not start. */
export interface QuotaRequestEnd {
  readonly status: 'succeeded' | 'failed' | 'cancelled' | 'refused' | 'denied';
  readonly why?: string | undefined;
}

/** Requester and limit of a run. */
export const storedQuotaRequest = z.object({ owner: z.string(), desired: z.string() });
export type StoredQuotaRequest = z.infer<typeof storedQuotaRequest>;
export const quotaRequestRef = (runId: string): string => `quota-wish:${runId}`;

/** `5/minute`, as typed. */
export const formatLimit = ({ limit, timeUnit }: Quota): string => `${limit}/${timeUnit}`;

const perMs = (quota: Quota): number => quota.limit / windowMs(quota);

/** `less`: neither the limit nor the rate is higher. */
export function compare(desired: Quota, now: Quota): 'same' | 'less' | 'more' {
  if (desired.limit === now.limit && windowMs(desired) === windowMs(now)) return 'same';
  return desired.limit <= now.limit && perMs(desired) <= perMs(now) ? 'less' : 'more';
}

/** @returns refused/quota_same or refused/quota_less; undefined for a higher quota. */
export function notMore(gateway: string, desired: Quota, now: Quota): Fault | undefined {
  const [asked, present] = [formatQuota(desired), formatQuota(now)];
  switch (compare(desired, now)) {
    case 'more':
      return undefined;
    case 'same': {
      const message = `The quota of gateway ${gateway} is already ${present}`;
      const next = guidance`Check your usage with ${slashCommand('quota')}.`;
      return faultAbout({ kind: 'refused', code: 'quota_same', message, next }, gateway);
    }
    case 'less': {
      const message = `${asked} is less than the current quota of ${present}`;
      const next = guidance`Request more than that. Operators can lower it with ${slashCommand('quota set')}.`;
      return faultAbout({ kind: 'refused', code: 'quota_less', message, next }, gateway);
    }
  }
}

/** undefined if the windows differ, as a factor would mislead. */
export function timesAsMuch(desired: Quota, now: Quota): number | undefined {
  return windowMs(desired) === windowMs(now) ? desired.limit / now.limit : undefined;
}

/** Digest of the run's plan and the replaced limit. */
export function requestHash(planHash: string, now: Quota): string {
  return createHash('sha256')
    .update(`${planHash} ${formatLimit(now)}`)
    .digest('hex')
    .slice(0, 16);
}
