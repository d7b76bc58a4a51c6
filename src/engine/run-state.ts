// Pure reducer over a journal, which rejects illegal moves.
import { fail } from '../kernel/errors.ts';
import type { JournalEvent, RunState, RunStatus, StepState, StepStatus } from './journal.ts';

const pending: StepState = { status: 'pending' };

/** The state of one step; a step without events is pending. */
export function stepOf(state: RunState, step: string): StepState {
  return state.steps[step] ?? pending;
}

export function hasEnded(state: RunState): boolean {
  return state.status === 'succeeded' || state.status === 'failed' || state.status === 'cancelled';
}

export function runningSteps(state: RunState): string[] {
  return Object.keys(state.steps).filter((id) => stepOf(state, id).status === 'running');
}

/** Outputs of the finished steps, by step id. */
export function outputsOf(
  state: RunState,
): Record<string, NonNullable<StepState['output']> | null> {
  return Object.fromEntries(
    Object.entries(state.steps)
      .filter(([, step]) => step.status === 'finished')
      .map(([id, step]) => [id, step.output ?? null]),
  );
}

/** The state after all events, oldest first; undefined for an empty journal. @throws bug/illegal_move */
export function replay(events: readonly JournalEvent[]): RunState | undefined {
  let state: RunState | undefined;
  for (const event of events) state = nextStatus(state, event);
  return state;
}

/** The state after one more event. @throws bug/illegal_move when the event cannot follow. */
export function nextStatus(state: RunState | undefined, event: JournalEvent): RunState {
  if (state === undefined) return firstStatus(event);
  const next = { ...state, lastEventAt: event.at };
  switch (event.type) {
    case 'run_requested':
      throw illegal(state, event);
    case 'run_retried':
      requireStatus(state, event, ['failed', 'cancelled']);
      return retried(next, event);
    case 'cancel_requested':
      requireStatus(state, event, ['requested', 'running']);
      return { ...next, status: 'cancelling', cancelledBy: event.by };
    case 'run_resumed':
      requireStep(state, event, event.step, 'running');
      return {
        ...next,
        resumed: { step: event.step, afterMs: event.afterMs, at: event.at },
      };
    case 'run_succeeded':
    case 'run_failed':
    case 'run_cancelled':
      return ended(state, next, event);
    default:
      return nextStep(state, next, event);
  }
}

function firstStatus(event: JournalEvent): RunState {
  if (event.type !== 'run_requested') {
    throw fail('bug', 'illegal_move', `A journal began with ${event.type}.`);
  }
  return {
    request: event.request,
    status: 'requested',
    epoch: 1,
    steps: {},
    startedAt: event.at,
    lastEventAt: event.at,
    ...(event.request.approval === undefined ? {} : { approval: event.request.approval }),
  };
}

type StepEvent = Extract<JournalEvent, { type: `step_${string}` }>;
type EndEvent = Extract<JournalEvent, { type: 'run_succeeded' | 'run_failed' | 'run_cancelled' }>;

function nextStep(state: RunState, next: RunState, event: StepEvent): RunState {
  if (event.type === 'step_started') {
    requireStatus(state, event, ['requested', 'running']);
    requireStep(state, event, event.step, 'pending');
    if (event.epoch !== state.epoch) throw illegal(state, event);
    return withStep({ ...next, status: 'running' }, event.step, started(state, event));
  }
  requireStep(state, event, event.step, 'running');
  if (event.type === 'step_cancelled') requireStatus(state, event, ['cancelling']);
  return withStep(next, event.step, runningStep(stepOf(state, event.step), event));
}

function started(state: RunState, event: StepEvent): StepState {
  const { applied } = stepOf(state, event.step);
  return {
    status: 'running',
    phase: 'check',
    startedAt: event.at,
    ...(applied === undefined ? {} : { applied }),
  };
}

function runningStep(
  step: StepState,
  event: Exclude<StepEvent, { type: 'step_started' }>,
): StepState {
  switch (event.type) {
    case 'step_applying': {
      const kept = without(step, 'until', 'fault');
      return { ...kept, phase: 'apply', applied: true, reasons: event.reasons };
    }
    case 'step_saw': {
      const kept = without(step, 'until', 'fault', 'attempt', 'retryOf', 'retryingSince');
      return { ...kept, phase: 'wait', seen: event.seen };
    }
    case 'step_retrying': {
      const { phase: retryOf, fault, attempt, until } = event;
      const before = step.retryOf === retryOf ? step.retryingSince : undefined;
      const retryingSince = before ?? event.at;
      return { ...step, phase: 'retry', retryOf, retryingSince, fault, attempt, until };
    }
    case 'step_finished': {
      const { changed, output, at: endedAt } = event;
      return { ...without(step, 'until', 'fault'), status: 'finished', endedAt, changed, output };
    }
    case 'step_failed':
      return { ...step, status: 'failed', endedAt: event.at, fault: event.fault };
    case 'step_cancelled':
      return { ...step, status: 'cancelled', endedAt: event.at };
  }
}

function without<T extends object, K extends keyof T>(whole: T, ...keys: K[]): Omit<T, K> {
  const kept = { ...whole };
  for (const key of keys) delete kept[key];
  return kept;
}

/** Failed and cancelled steps become pending; finished ones stay finished. */
function retried(next: RunState, event: Extract<JournalEvent, { type: 'run_retried' }>): RunState {
  // An approval counts for its own start, and for no later one.
  const kept = without(next, 'endedAt', 'cancelledBy', 'approval');
  const steps = Object.fromEntries(
    Object.entries(next.steps).map(([id, step]): [string, StepState] => {
      if (step.status === 'finished') return [id, step];
      return [id, step.applied === true ? { ...pending, applied: true } : pending];
    }),
  );
  return {
    ...kept,
    status: 'requested',
    epoch: next.epoch + 1,
    steps,
    retriedBy: event.by,
    ...(event.approval === undefined ? {} : { approval: event.approval }),
  };
}

const ends = {
  run_succeeded: { from: ['requested', 'running'], to: 'succeeded' },
  run_failed: { from: ['requested', 'running'], to: 'failed' },
  run_cancelled: { from: ['cancelling'], to: 'cancelled' },
} as const satisfies Record<EndEvent['type'], { from: readonly RunStatus[]; to: RunStatus }>;

function ended(state: RunState, next: RunState, event: EndEvent): RunState {
  const { from, to } = ends[event.type];
  requireStatus(state, event, from);
  if (runningSteps(state).length > 0) throw illegal(state, event);
  return { ...next, status: to, endedAt: event.at };
}

function withStep(state: RunState, id: string, step: StepState): RunState {
  return { ...state, steps: { ...state.steps, [id]: step } };
}

function requireStatus(state: RunState, event: JournalEvent, allowed: readonly RunStatus[]): void {
  if (!allowed.includes(state.status)) throw illegal(state, event);
}

function requireStep(state: RunState, event: JournalEvent, step: string, status: StepStatus): void {
  if (stepOf(state, step).status !== status) throw illegal(state, event);
}

function illegal(state: RunState, event: JournalEvent): Error {
  const step = 'step' in event ? ` of ${event.step} (${stepOf(state, event.step).status})` : '';
  return fail(
    'bug',
    'illegal_move',
    `Run ${state.request.runId} is ${state.status}, epoch ${state.epoch}: ${event.type}${step} cannot follow.`,
  );
}
