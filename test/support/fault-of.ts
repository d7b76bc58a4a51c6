// Fault of a rejected promise.
import { expect } from 'vitest';
import { type Fault, LlmgwError } from '../../src/kernel/errors.ts';

export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const thrown: unknown = await work.then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => error,
  );
  if (thrown instanceof LlmgwError) return thrown.fault;
  throw thrown;
}
