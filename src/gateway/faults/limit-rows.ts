// Faults of limits: quota, spikes, sizes.
import { formatBound } from '../../kernel/duration.ts';
import { windowMs } from '../../kernel/quota-window.ts';
import { type FaultRow, again, edit, scheduledAsk } from './row.ts';

export const limitRows: readonly FaultRow[] = [
  {
    id: 'quota_spent',
    recognise: ({ errorCode }) => errorCode === 'policies.ratelimit.QuotaViolation',
    words: (_seen, circumstances) => {
      const { quota } = circumstances;
      // Apigee sends no Retry-After and does not say when its window began: a whole window is the only safe bound.
      const waitMs = windowMs(quota);
      return {
        title: 'Your quota is spent',
        meaning: `Each app may send ${quota.limit} requests per ${formatBound(waitMs)}, and yours has. Requests that failed after the check count too.`,
        next: `Ask again in at most ${formatBound(waitMs)}, or let me do it then. If it is too little, ask the operators for more; a new limit takes up to three minutes to bite.`,
        actions: [
          scheduledAsk('Ask again when it resets', waitMs, circumstances),
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
        title: 'Too many requests at once',
        meaning: 'The gateway smooths bursts: it takes only so many requests in a short time.',
        next:
          waitMs === undefined
            ? 'Ask again in a moment, and send fewer at once.'
            : `Ask again in ${formatBound(waitMs)}, and send fewer at once.`,
        actions: [
          scheduledAsk(
            `Ask again in ${formatBound(waitMs ?? 1000)}`,
            waitMs ?? 1000,
            circumstances,
          ),
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
      title: 'The model servers are busy',
      meaning: 'Every model server is saturated, and this request had a low priority.',
      next: 'Ask again in a moment.',
      actions: [again, scheduledAsk('Ask again in 1 min', 60_000, circumstances)],
      retryAfterMs: 5000,
    }),
  },
  {
    id: 'prompt_too_large',
    recognise: ({ errorCode, status }) =>
      errorCode === 'protocol.http.TooBigBody' || (errorCode === undefined && status === 413),
    words: () => ({
      title: 'The prompt is too large',
      meaning: 'The gateway takes no body of this size.',
      next: 'Shorten the prompt and ask again.',
      actions: [edit('Shorten it')],
    }),
  },
  {
    id: 'context_too_long',
    recognise: ({ model }) => model !== undefined && /maximum context length/i.test(model.message),
    words: ({ model }) => {
      const limit = /maximum context length is (\d+)/i.exec(model?.message ?? '')?.[1];
      return {
        title: 'The prompt is too long for the model',
        meaning: `Prompt and answer together must fit the model's context${limit === undefined ? '' : ` of ${limit} tokens`}.`,
        next: 'Shorten the prompt, or ask for fewer tokens with `--max-tokens`.',
        actions: [edit('Shorten it')],
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
