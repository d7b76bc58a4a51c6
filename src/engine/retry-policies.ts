// Named retry policies: attempts, delays and the pace of waits.

export interface RetryPolicy {
  /** Tries of one phase before a transient fault becomes permanent. */
  readonly attempts: number;
  /** First delay, ms; doubles each time, with jitter. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export const retryPolicies = {
  /** Cloud APIs: rate limits and short outages, ten minutes in total with the shortest jitter. */
  cloud: { attempts: 27, firstDelayMs: 500, maxDelayMs: 60_000 },
  /** Calls that the gateway refuses for minutes during its start; the step's deadline ends them. */
  patient: { attempts: 1000, firstDelayMs: 500, maxDelayMs: 10_000 },
  /** Messages that Slack does not accept: about a day. */
  telling: { attempts: 400, firstDelayMs: 500, maxDelayMs: 300_000 },
} as const satisfies Record<string, RetryPolicy>;

/** Longest delay of a fault that lasts for minutes, ms: the step continues soon after its end. */
export const longestDelayUntilDeadlineMs = 10_000;

/** Attempts of a phase after another step of the run has failed permanently: enough for a blip, without a long wait. */
export const triesOfAnEndingRun = 3;

export type RetryPolicyName = keyof typeof retryPolicies;

/** Pace of `wait` between observations, ms: each pause is a tenth of the time waited so far, which limits the loss at the end. */
export const waitPace = { firstMs: 250, factor: 1.1, maxMs: 5_000 } as const;
