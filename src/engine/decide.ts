// Due actions of a run: a pure function, the same for every worker.
import type { RunState } from './journal.ts';
import { hasEnded, runningSteps, stepOf } from './run-state.ts';

/** The fields of a step that the decision needs. */
export interface StepShape {
  readonly id: string;
  readonly needs: readonly string[];
}

export type EndType = 'run_succeeded' | 'run_failed' | 'run_cancelled';

export interface NextMoves {
  /** Steps that must have a job: the started ones, and the pending ones whose needs are finished. */
  readonly release: readonly string[];
  /** The run's last event, when it is due. */
  readonly append?: EndType;
}

/** After a failure or a cancel only started steps continue; the run ends when none is left. */
export function decide(steps: readonly StepShape[], state: RunState): NextMoves {
  if (hasEnded(state)) return { release: [] };
  const running = runningSteps(state);
  const stopping = stoppingWith(steps, state);
  if (stopping !== undefined) {
    return running.length > 0 ? { release: running } : { release: [], append: stopping };
  }
  if (steps.every((step) => stepOf(state, step.id).status === 'finished')) {
    return { release: [], append: 'run_succeeded' };
  }
  const ready = steps
    .filter((step) => stepOf(state, step.id).status === 'pending')
    .filter((step) => step.needs.every((need) => stepOf(state, need).status === 'finished'))
    .map((step) => step.id);
  return { release: [...running, ...ready] };
}

function stoppingWith(steps: readonly StepShape[], state: RunState): EndType | undefined {
  if (state.status === 'cancelling') return 'run_cancelled';
  const broken = steps.some((step) => {
    const { status } = stepOf(state, step.id);
    return status === 'failed' || status === 'cancelled';
  });
  return broken ? 'run_failed' : undefined;
}
