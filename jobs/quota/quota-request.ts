// A person's wish for more quota: what of it is kept, what they are told of it, and whether it is more at all. Pure.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Quota } from '../../src/kernel/config.ts';
import { type Fault, faultAbout } from '../../src/kernel/errors.ts';
import { formatQuota, windowMs } from '../../src/kernel/quota-window.ts';

/** What an asker is told. `by` is the Slack id of who decided. */
export type QuotaNews = {
  readonly gateway: string;
  readonly desired: string;
} & (
  | {
      readonly kind: 'asked';
      readonly now: string;
      readonly until: number;
      /** An earlier wish of theirs, which this one has put an end to. */
      readonly instead: string | undefined;
    }
  /** The same question is open already. */
  | { readonly kind: 'pending'; readonly until: number }
  | { readonly kind: 'approved'; readonly by: string; readonly runId: string }
  | { readonly kind: 'approved_once'; readonly by: string }
  | { readonly kind: 'denied'; readonly by: string; readonly word: string | undefined }
  /** The gateway has changed since: the operators are asked once more. */
  | { readonly kind: 'asked_again'; readonly why: string }
  /** There is as much by now. */
  | { readonly kind: 'moot'; readonly why: string }
  | { readonly kind: 'ended'; readonly runId: string; readonly end: QuotaRequestEnd }
);

/** How the run ended. `refused`: it did not begin. */
export interface QuotaRequestEnd {
  readonly status: 'succeeded' | 'failed' | 'cancelled' | 'refused' | 'denied';
  readonly why?: string | undefined;
}

/** Who waits for a run's end, and for which limit: kept under the run. */
export const storedQuotaRequest = z.object({ owner: z.string(), desired: z.string() });
export type StoredQuotaRequest = z.infer<typeof storedQuotaRequest>;
export const quotaRequestRef = (runId: string): string => `quota-wish:${runId}`;

/** `5/minute`, as it is typed. */
export const formatLimit = ({ limit, timeUnit }: Quota): string => `${limit}/${timeUnit}`;

const perMs = (quota: Quota): number => quota.limit / windowMs(quota);

/** `less`: nobody could send more with it, neither at once nor over time. */
export function compare(desired: Quota, now: Quota): 'same' | 'less' | 'more' {
  if (desired.limit === now.limit && windowMs(desired) === windowMs(now)) return 'same';
  return desired.limit <= now.limit && perMs(desired) <= perMs(now) ? 'less' : 'more';
}

/** Why it is no wish for more: refused/quota_same, refused/quota_less; undefined where it is one. */
export function notMore(gateway: string, desired: Quota, now: Quota): Fault | undefined {
  const [asked, present] = [formatQuota(desired), formatQuota(now)];
  switch (compare(desired, now)) {
    case 'more':
      return undefined;
    case 'same': {
      const message = `The quota of the gateway ${gateway} is ${present} already.`;
      const next = guidance`Type ${slashCommand('quota')} to see what is used of it.`;
      return faultAbout({ kind: 'refused', code: 'quota_same', message, next }, gateway);
    }
    case 'less': {
      const message = `${asked} would be less than what there is: ${present}.`;
      const next = guidance`Ask for more than that. Only operators lower it, with ${slashCommand('quota set')}.`;
      return faultAbout({ kind: 'refused', code: 'quota_less', message, next }, gateway);
    }
  }
}

/** undefined where the windows differ, as one number would mislead then. */
export function timesAsMuch(desired: Quota, now: Quota): number | undefined {
  return windowMs(desired) === windowMs(now) ? desired.limit / now.limit : undefined;
}

/** Of exactly what is approved: the plan of the run, and the limit that it takes the place of. */
export function requestHash(planHash: string, now: Quota): string {
  return createHash('sha256')
    .update(`${planHash} ${formatLimit(now)}`)
    .digest('hex')
    .slice(0, 16);
}
