// Follows a long-running operation of Apigee for a short while; whoever needs longer looks at the thing itself again.
import { setTimeout as pause } from 'node:timers/promises';
import type { ApigeeClient } from '../../src/clients/apigee/client.ts';
import type { Operation } from '../../src/clients/apigee/schema.ts';
import { fail } from '../../src/errors.ts';

const firstPollMs = 200;
const longestPollMs = 2000;

/**
 * @returns whether it is done.
 * @throws permanent/operation_failed when it ended in an error: done is not success.
 */
export async function followOperation(
  apigee: ApigeeClient,
  started: Operation,
  options: { readonly what: string; readonly forMs: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const until = performance.now() + options.forMs;
  let operation = started;
  let pollMs = firstPollMs;
  for (;;) {
    if (operation.done) {
      if (operation.error === undefined) return true;
      throw fail(
        'permanent',
        'operation_failed',
        `Apigee could not ${options.what}: ${operation.error.message}`,
        {
          next: 'Mend what Apigee names, then retry.',
          details: { operation: operation.name, code: operation.error.code },
        },
      );
    }
    if (performance.now() + pollMs > until) return false;
    await pause(pollMs, undefined, { signal: options.signal });
    operation = await apigee.getOperation(operation.name, options.signal);
    pollMs = Math.min(2 * pollMs, longestPollMs);
  }
}
