// Rows of limits: quota, spike arrest, sizes.
import { contextOverflow } from '../../clients/inference/context-overflow.ts';
import { formatBound } from '../../kernel/duration.ts';
import { formatQuota, windowMs } from '../../kernel/quota-window.ts';
import { type FaultRow, again, edit, scheduledAsk } from './row.ts';

export const limitRows: readonly FaultRow[] = [
  {
    id: 'quota_spent',
    recognise: ({ errorCode }) => errorCode === 'policies.ratelimit.QuotaViolation',
    words: (_seen, circumstances) => {
      const { quota } = circumstances;
      // Apigee sends no Retry-After and no start of its window: a whole window is the only safe bound.
      const waitMs = windowMs(quota);
      return {
        title: 'Quota exceeded',
        meaning: `Your app used its quota of ${formatQuota(quota)}. Requests that fail after the key check count too.`,
        next: `Retry in at most ${formatBound(waitMs)}, or request a higher quota. A new limit applies within 3 minutes.`,
        actions: [
          scheduledAsk('Retry after the reset', waitMs, circumstances),
          { kind: 'more_quota', gateway: circumstances.gateway },
        ],
        retryAfterMs: waitMs,
      };
    },
  },
  {
    id: 'spike_arrest',
    recognise: ({ errorCode }) => errorCode === 'policies.ratelimit.SpikeArrestViolation',
    words: ({ faultString }, circumstances) => {
      const waitMs = spikePause(faultString);
      return {
        title: 'Too many requests',
        meaning: 'The gateway limits bursts of requests (spike arrest).',
        next:
          waitMs === undefined
            ? 'Retry in a few seconds, with fewer requests at once.'
            : `Retry in ${formatBound(waitMs)}, with fewer requests at once.`,
        actions: [
          scheduledAsk(`Retry in ${formatBound(waitMs ?? 1000)}`, waitMs ?? 1000, circumstances),
          again,
        ],
        retryAfterMs: waitMs ?? 1000,
      };
    },
  },
  {
    id: 'picker_saturated',
    recognise: ({ picker }) => picker === 'InferencePoolResourceExhausted',
    words: (_seen, circumstances) => ({
      title: 'Model servers busy',
      meaning: 'Every model server is saturated, and this request has a low priority.',
      next: 'Retry in a few seconds.',
      actions: [again, scheduledAsk('Retry in 1 min', 60_000, circumstances)],
      retryAfterMs: 5000,
    }),
  },
  {
    id: 'prompt_too_large',
    recognise: ({ errorCode, status }) =>
      errorCode === 'protocol.http.TooBigBody' || (errorCode === undefined && status === 413),
    words: () => ({
      title: 'Prompt too large',
      meaning: 'The request body exceeds the size limit of the gateway.',
      next: 'Shorten the prompt, then retry.',
      actions: [edit('Edit the prompt')],
    }),
  },
  {
    id: 'context_too_long',
    recognise: ({ model }) => model !== undefined && contextOverflow(model) !== undefined,
    words: ({ model }) => {
      const limit = model === undefined ? undefined : contextOverflow(model)?.limit;
      return {
        title: 'Context limit exceeded',
        meaning: `Prompt and answer together exceed the model's context${limit === undefined ? '' : ` of ${limit} tokens`}.`,
        next: 'Shorten the prompt or lower `--max-tokens`, then retry.',
        actions: [edit('Edit the prompt')],
      };
    },
  },
];

/** ms between two allowed requests, from Apigee's own words. */
function spikePause(faultString: string): number | undefined {
  const messages = Number(/messagesPerPeriod=(\d+)/.exec(faultString)?.[1]);
  const periodUs = Number(/periodInMicroseconds=(\d+)/.exec(faultString)?.[1]);
  return messages > 0 && periodUs > 0 ? Math.ceil(periodUs / messages / 1000) : undefined;
}
