// Activation of a new key: recognition and bounded waits. Pure.
import type { CompletionFault } from '../../src/clients/inference/client.ts';
import { recognise } from '../../src/gateway/faults/explain.ts';

/** Apigee's runtime learns of a new key within about 3 minutes; the rest is a reserve. */
const activationMs = 5 * 60_000;

/** Fault rows of a key, or of its product, that has not reached the runtime. */
const notYet = new Set(['wrong_key', 'key_not_for_path']);

export interface Activation {
  /** Delay before the next try, ms. */
  readonly retryAfterMs: number;
  /** Longest remaining activation time, ms. */
  readonly leftMs: number;
}

/** @param issuedAt of the key, ms since the epoch. @returns undefined for a fault of another cause. */
export function activationOf(
  fault: CompletionFault,
  issuedAt: number | undefined,
  now: number,
): Activation | undefined {
  if (issuedAt === undefined || !notYet.has(recognise(fault))) return undefined;
  const age = now - issuedAt;
  if (age >= activationMs) return undefined;
  // Short delays first: most keys work within seconds, and a refusal may be cached for minutes.
  return {
    retryAfterMs: Math.max(1_500, Math.min(10_000, age / 4)),
    leftMs: activationMs - Math.max(0, age),
  };
}
