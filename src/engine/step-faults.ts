// Faults of a step: retry decisions and deadlines.
import { fail, type Fault } from '../kernel/errors.ts';
import type { Phase, RunState, StepState } from './journal.ts';
import { formatDuration } from '../kernel/duration.ts';
import { guidance, slashCommand } from '../kernel/guidance.ts';
import { retryDelay } from './pace.ts';
import { retryPolicies, triesOfAnEndingRun } from './retry-policies.ts';
import type { Step } from './step.ts';

export type RetryDecision =
  | { readonly retry: false; readonly fault: Fault }
  | { readonly retry: true; readonly attempt: number; readonly delayMs: number };

export interface FaultContext {
  readonly step: Pick<Step<unknown>, 'retry'>;
  readonly phase: Phase;
  readonly paceFactor: number;
  readonly run: RunState;
  /** Of this step, before the fault. */
  readonly before: StepState;
}

/** Whether the fault ends the step, or the delay of the next try in ms. */
export function judgeFault(fault: Fault, context: FaultContext): RetryDecision {
  const { step, phase, paceFactor, run, before } = context;
  if (fault.kind !== 'transient') return { retry: false, fault };
  const attempt = before.retryOf === phase ? (before.attempt ?? 0) + 1 : 1;
  const policy = retryPolicies[step.retry];
  // Once another step has failed the run ends anyway, and this try may depend on that step.
  if (hasFailed(run) && attempt >= triesOfAnEndingRun) {
    const next = 'Fix the step that failed first, then retry the run.';
    return { retry: false, fault: { ...givenUp(fault, attempt), next } };
  }
  if (fault.untilDeadline !== true && attempt >= policy.attempts)
    return { retry: false, fault: givenUp(fault, attempt) };
  const delayMs = retryDelay({ policy, attempt, fault, paceFactor, random: Math.random() });
  return { retry: true, attempt, delayMs };
}

const hasFailed = ({ steps }: RunState): boolean =>
  Object.values(steps).some(({ status }) => status === 'failed');

function givenUp(fault: Fault, attempts: number): Fault {
  const message = `${fault.message} (after ${attempts} attempts)`;
  return { ...fault, kind: 'permanent', message, cause: fault };
}

/** @param cause the error of the interrupted phase. */
export function deadlineFault(
  step: Pick<Step<unknown>, 'title' | 'deadlineMs'>,
  runId: string,
  now: StepState,
  cause: unknown,
): Fault {
  const isRetrying = now.phase === 'retry';
  const lastSeen = isRetrying ? now.fault?.message : now.seen;
  const doing: Phase = now.phase === 'retry' ? (now.retryOf ?? 'check') : (now.phase ?? 'check');
  const seen = lastSeen === undefined ? `still in phase ${doing}` : `last status: ${lastSeen}`;
  return fail(
    'deadline',
    'wait_deadline',
    `${step.title}: timed out after ${formatDuration(step.deadlineMs)}; ${seen}`,
    {
      next: guidance`Fix the cause, then run ${slashCommand(`retry ${runId}`)}.`,
      details: { phase: doing, ...(lastSeen === undefined ? {} : { lastSeen }) },
      cause: isRetrying ? now.fault : isOwnAbort(cause) ? undefined : cause,
    },
  ).fault;
}

/** An abort that the engine caused explains nothing. */
function isOwnAbort(cause: unknown): boolean {
  return cause === undefined || (cause instanceof Error && cause.name === 'AbortError');
}
