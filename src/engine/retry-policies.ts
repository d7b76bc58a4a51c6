// Named retry policies: how often a transient fault is tried again, and how waits are paced. The engine is their only reader.

export interface RetryPolicy {
  /** Tries of one phase before a transient fault becomes permanent. */
  readonly attempts: number;
  /** First delay, ms; doubles each time, with jitter. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export const retryPolicies = {
  /** Cloud APIs: rate limits and short outages, ten minutes in all even with the shortest jitter. */
  cloud: { attempts: 27, firstDelayMs: 500, maxDelayMs: 60_000 },
  /** Calls that the gateway refuses for minutes while it comes up; the step's deadline ends them. */
  patient: { attempts: 1000, firstDelayMs: 500, maxDelayMs: 10_000 },
  /** Messages that Slack does not take: about a day. */
  telling: { attempts: 400, firstDelayMs: 500, maxDelayMs: 300_000 },
} as const satisfies Record<string, RetryPolicy>;

/** Longest delay of a fault that lasts for minutes, ms: the step goes on soon after it has passed. */
export const longestDelayUntilDeadlineMs = 10_000;

/** Of a phase, where another step of the run has failed for good: enough for a blip, so that people are not kept waiting. */
export const triesOfAnEndingRun = 3;

export type RetryPolicyName = keyof typeof retryPolicies;

/** Pace of `wait` between looks, ms: each pause is a tenth of the time waited so far, so hardly more than that is lost at the end. */
export const waitPace = { firstMs: 250, factor: 1.1, maxMs: 5_000 } as const;
