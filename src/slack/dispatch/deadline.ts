// Deadline of an ack; work that misses it is not started.
import { guidance, slashCommand } from '../../kernel/guidance.ts';
import pTimeout from 'p-timeout';
import { type Fault, LlmgwError, fail, toFault } from '../../kernel/errors.ts';
import { connectionTrouble } from '../../kernel/store-faults.ts';

/** An ack takes milliseconds while Redis and Slack respond; after this long, an error is shown instead. */
export const ackDeadlineMs = 900;

export interface Deadline {
  /** Must precede any visible effect. @throws transient/store_down once the error was shown. */
  begin(): void;
}

/**
 * Runs the work, or rejects at the deadline.
 * @throws transient/store_down, whose next action says whether the work may still take effect.
 */
export async function withinDeadline<T>(
  work: (deadline: Deadline) => Promise<T>,
  ms: number = ackDeadlineMs,
): Promise<T> {
  const state = { isOver: false, isBegun: false };
  const deadline: Deadline = {
    begin: () => {
      if (state.isOver) throw storeDown(false);
      state.isBegun = true;
    },
  };
  return pTimeout(work(deadline), {
    milliseconds: ms,
    fallback: () => {
      state.isOver = true;
      throw storeDown(state.isBegun);
    },
  });
}

export function storeDown(mayTakeEffect: boolean, cause?: unknown) {
  return fail(
    'transient',
    'store_down',
    mayTakeEffect
      ? "Redis is not responding, so llmgw can't tell whether it accepted the command"
      : 'Redis is not responding, so nothing was started',
    {
      next: mayTakeEffect
        ? guidance`Run ${slashCommand('jobs')} in a minute. If your command is not listed, run it again.`
        : 'Try again in a minute. If it lasts, ask an operator to check Redis.',
      cause,
    },
  );
}

/** Failures before an ack: a store error says that nothing was started. */
export function ackFault(error: unknown): Fault {
  if (error instanceof LlmgwError) return error.fault;
  const trouble = connectionTrouble(error);
  if (trouble === undefined) return toFault(error);
  return { ...trouble, message: `${trouble.message}, so nothing was started` };
}
