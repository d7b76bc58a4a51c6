// Failed Apigee operations: a lock is retried, every other error fails the step.
import { expect, test } from 'vitest';
import { followOperation } from '../../../jobs/provision/step-parts/apigee-operations.ts';
import { createApigee } from '../../../src/clients/apigee/create-apigee.ts';
import { operation } from '../../../src/clients/apigee/schema.ts';
import { LlmgwError } from '../../../src/kernel/errors.ts';

const locked =
  'the resource is locked by another operation where environment b is currently being created';

/** An ended operation is not requested again, so nothing listens at the client's address. */
async function faultOf(code: number, message: string) {
  const apigee = createApigee({
    url: 'http://127.0.0.1:1',
    organization: 'llm-demo',
    tokens: { get: () => Promise.resolve('token'), refresh: () => Promise.resolve('token') },
  });
  const ended = operation.parse({
    name: 'organizations/o/operations/1',
    done: true,
    error: { code, message },
  });
  try {
    await followOperation(apigee, ended, {
      what: 'create the environment a',
      forMs: 1_000,
      signal: new AbortController().signal,
    });
  } catch (error) {
    if (error instanceof LlmgwError) return error.fault;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test.each([3, 6, 9, 10])(
  'an operation that is blocked by the lock of another one is retried: code %i',
  async (code) => {
    expect(await faultOf(code, locked)).toMatchObject({ kind: 'transient', untilDeadline: true });
  },
);

test.each([
  [3, 'the environment name is too long'],
  [7, locked],
  [8, 'the environment quota is exceeded'],
])('an operation that failed permanently fails the step: code %i, "%s"', async (code, message) => {
  expect(await faultOf(code, message)).toMatchObject({
    kind: 'permanent',
    code: 'operation_failed',
  });
});
