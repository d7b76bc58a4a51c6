// Apigee long-running operations, followed for a short time.
import { setTimeout as pause } from 'node:timers/promises';
import type { ApigeeClient } from '../../../src/clients/apigee/client.ts';
import type { Operation } from '../../../src/clients/apigee/schema.ts';
import { obstacleFault, obstacleOf } from '../../../src/clients/shared/obstacle.ts';
import { fail } from '../../../src/kernel/errors.ts';

const firstPollMs = 200;
const longestPollMs = 2000;

/** google.rpc.Code -> the statuses of a lock. */
const lockedAs: Readonly<Record<number, string>> = {
  3: 'INVALID_ARGUMENT',
  6: 'ALREADY_EXISTS',
  9: 'FAILED_PRECONDITION',
  10: 'ABORTED',
};

/**
 * @returns whether it is done.
 * @throws permanent/operation_failed when it ended in an error; transient when another operation held the lock.
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
      throwIfBusy(operation.error, options.what);
      throw fail(
        'permanent',
        'operation_failed',
        `Apigee could not ${options.what}: ${operation.error.message}`,
        {
          next: 'Fix the problem that Apigee names, then retry.',
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

/** An accepted operation may still meet the lock of another one. */
function throwIfBusy({ code, message }: NonNullable<Operation['error']>, what: string): void {
  const status = lockedAs[code];
  const obstacle = status === undefined ? undefined : obstacleOf({ status, message });
  if (obstacle !== undefined) throw obstacleFault(obstacle, `Apigee could not ${what}: ${message}`);
}
