// Durations from a run's journal: the run, its steps, and its critical path.
import { expectedMs } from '../src/engine/critical-path.ts';
import type { RunRecord } from '../src/engine/run-store.ts';

export interface GraphStep {
  readonly id: string;
  readonly needs: readonly string[];
}

/** ms by step id. */
export type Durations = Readonly<Record<string, number>>;

/** From the first event to the last, ms. */
export function wallMs({ state }: RunRecord): number {
  return (state.endedAt ?? state.lastEventAt) - state.startedAt;
}

export function stepDurations({ state }: RunRecord): Durations {
  const pairs = Object.entries(state.steps).flatMap(([id, { startedAt, endedAt }]) =>
    startedAt === undefined || endedAt === undefined ? [] : [[id, endedAt - startedAt] as const],
  );
  return Object.fromEntries(pairs);
}

/** The longest path through the graph: the run's duration without pauses between steps. */
export function criticalMs(steps: readonly GraphStep[], took: Durations): number {
  return expectedMs(steps.map(({ id, needs }) => ({ id, needs, expectMs: took[id] ?? 0 })));
}

/** ms between the end of the last need of a step (or the run's start) and its own start, by step id. */
export function handOvers(steps: readonly GraphStep[], { state }: RunRecord): Durations {
  const pairs = steps.flatMap(({ id, needs }) => {
    const startedAt = state.steps[id]?.startedAt;
    const ends = needs.map((need) => state.steps[need]?.endedAt ?? 0);
    if (startedAt === undefined) return [];
    return [[id, startedAt - Math.max(state.startedAt, ...ends)] as const];
  });
  return Object.fromEntries(pairs);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** The quantile of the sample for the given part (0 to 1), by nearest rank. */
export function quantile(sample: readonly number[], part: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
