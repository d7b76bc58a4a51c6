// Expected duration and progress of a run along its graph. Pure.
import type { RunState, StepState } from './journal.ts';
import { stepOf } from './run-state.ts';

export interface TimedStep {
  readonly id: string;
  readonly needs: readonly string[];
  /** Typical duration, ms. */
  readonly expectMs: number;
}

/** Typical duration of the whole runbook, ms: its longest path. */
export function expectedMs(steps: readonly TimedStep[]): number {
  return longestPath(steps, (step) => step.expectMs);
}

/** Typical remaining duration of a run at `now`, ms; a late step counts as a twentieth of its duration. */
export function remainingMs(steps: readonly TimedStep[], state: RunState, now: number): number {
  return longestPath(steps, (step) => left(step, stepOf(state, step.id), now));
}

/** Progress of a run, 0 to 1; 1 only when every step is finished. */
export function progress(steps: readonly TimedStep[], state: RunState, now: number): number {
  if (steps.every((step) => stepOf(state, step.id).status === 'finished')) return 1;
  const whole = expectedMs(steps);
  if (whole === 0) return 0;
  const done = 1 - remainingMs(steps, state, now) / whole;
  return Math.min(0.99, Math.max(0, done));
}

/** The ids of the steps on the longest path, first to last. */
export function criticalPath(steps: readonly TimedStep[]): string[] {
  const ends = endTimes(steps, (step) => step.expectMs);
  const endOf = (id: string): number => ends.get(id) ?? 0;
  const latest = (ids: readonly string[]): string | undefined =>
    ids.toSorted((a, b) => endOf(b) - endOf(a))[0];
  const path: string[] = [];
  let at = latest(steps.map((step) => step.id));
  while (at !== undefined) {
    path.unshift(at);
    const id = at;
    at = latest(steps.find((step) => step.id === id)?.needs ?? []);
  }
  return path;
}

function left(step: TimedStep, state: StepState, now: number): number {
  if (state.status === 'finished') return 0;
  if (state.status !== 'running' || state.startedAt === undefined) return step.expectMs;
  return Math.max(step.expectMs / 20, step.expectMs - (now - state.startedAt));
}

function longestPath(steps: readonly TimedStep[], cost: (step: TimedStep) => number): number {
  return Math.max(0, ...endTimes(steps, cost).values());
}

/** End of each step if all start at 0 and wait only for their needs. */
function endTimes(
  steps: readonly TimedStep[],
  cost: (step: TimedStep) => number,
): ReadonlyMap<string, number> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const ends = new Map<string, number>();
  const endOf = (step: TimedStep): number => {
    const known = ends.get(step.id);
    if (known !== undefined) return known;
    const starts = step.needs.map((need) => {
      const needed = byId.get(need);
      return needed === undefined ? 0 : endOf(needed);
    });
    const end = Math.max(0, ...starts) + cost(step);
    ends.set(step.id, end);
    return end;
  };
  for (const step of steps) endOf(step);
  return ends;
}
