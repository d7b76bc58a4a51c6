// A job whose moment has not come: the queue gives it back later, and counts no try.
import { type LlmgwError, fail } from './errors.ts';

export const notYet = 'not_yet';

export const deferJob = (why: string, retryAfterMs: number): LlmgwError =>
  fail('transient', notYet, why, { retryAfterMs });
