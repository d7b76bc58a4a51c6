// Error of an early job: the queue redelivers it without counting a try.
import { type LlmgwError, fail } from './errors.ts';

export const notYet = 'not_yet';

export const deferJob = (why: string, retryAfterMs: number): LlmgwError =>
  fail('transient', notYet, why, { retryAfterMs });
