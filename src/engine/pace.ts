// Delays of waits and retries, by the named policies. Pure.
import type { Fault } from '../kernel/errors.ts';
import { longestDelayUntilDeadlineMs, type RetryPolicy, waitPace } from './retry-policies.ts';

/** Delay before the next observation of a wait after `looks` observations, ms. */
export function waitDelay(looks: number, paceFactor: number): number {
  const { firstMs, factor, maxMs } = waitPace;
  return Math.min(maxMs, firstMs * factor ** looks) * paceFactor;
}

export interface RetryDelay {
  readonly policy: RetryPolicy;
  /** Tries so far, from 1. */
  readonly attempt: number;
  readonly fault: Fault;
  readonly paceFactor: number;
  /** 0..1, for the jitter. */
  readonly random: number;
}

/** ms until the next try; never less than the service's own delay. */
export function retryDelay({ policy, attempt, fault, paceFactor, random }: RetryDelay): number {
  const { firstDelayMs, maxDelayMs } = policy;
  const longestMs =
    fault.untilDeadline === true ? Math.min(maxDelayMs, longestDelayUntilDeadlineMs) : maxDelayMs;
  const doubled = Math.min(longestMs, firstDelayMs * 2 ** (attempt - 1));
  return Math.max(fault.retryAfterMs ?? 0, doubled * (0.5 + random / 2) * paceFactor);
}
