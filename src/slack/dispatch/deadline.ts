// The time an ack may take: Slack waits three seconds, people less; and what is not begun by then is not begun at all.
import { guidance, slashCommand } from '../../kernel/guidance.ts';
import pTimeout from 'p-timeout';
import { type Fault, LlmgwError, fail, toFault } from '../../kernel/errors.ts';
import { connectionTrouble } from '../../kernel/store-faults.ts';

/** With Redis and Slack well, an ack takes milliseconds; this is when words go out instead. */
export const ackDeadlineMs = 900;

export interface Deadline {
  /** To be called before anything is begun that people would count as begun. @throws transient/store_down once words went out. */
  begin(): void;
}

/**
 * Runs the work, or rejects when the time is over.
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
      ? 'My store (Redis) does not answer, so I cannot tell whether the command was taken in'
      : 'My store (Redis) does not answer, so nothing was started',
    {
      next: mayTakeEffect
        ? guidance`Look at ${slashCommand('jobs')} in a minute; if it is not there, type the command again.`
        : 'Try again in a minute; if it goes on, an operator must look at Redis.',
      cause,
    },
  );
}

/** What goes wrong before an ack: an error of the store says that nothing was started. */
export function ackFault(error: unknown): Fault {
  if (error instanceof LlmgwError) return error.fault;
  const trouble = connectionTrouble(error);
  if (trouble === undefined) return toFault(error);
  return { ...trouble, message: `${trouble.message}, so nothing was started` };
}
