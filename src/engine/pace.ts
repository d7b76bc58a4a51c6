// When to look or to try again: pure arithmetic over the named policies.
import type { Fault } from '../kernel/errors.ts';
import { longestDelayUntilDeadlineMs, type RetryPolicy, waitPace } from './retry-policies.ts';

/** ms until the next look of a wait after `looks` looks. */
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

/** ms until the next try; never sooner than the service said. */
export function retryDelay({ policy, attempt, fault, paceFactor, random }: RetryDelay): number {
  const { firstDelayMs, maxDelayMs } = policy;
  const longestMs =
    fault.untilDeadline === true ? Math.min(maxDelayMs, longestDelayUntilDeadlineMs) : maxDelayMs;
  const doubled = Math.min(longestMs, firstDelayMs * 2 ** (attempt - 1));
  return Math.max(fault.retryAfterMs ?? 0, doubled * (0.5 + random / 2) * paceFactor);
}

/** A duration for people: `12 s`, `30 min`, `1 h 5 min`. */
export function inWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0
    ? `${minutes / 60} h`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
