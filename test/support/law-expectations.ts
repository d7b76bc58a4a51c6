// Expectations of the runbook laws for a run's record and its steps.
import { expect } from 'vitest';
import type { Fault, Json } from '../../src/kernel/errors.ts';
import type { RunRecord } from '../../src/engine/run-store.ts';
import { type Runbook, stepsFor } from '../../src/engine/step.ts';

/** The steps of a run are the runbook's for this input. */
export interface LawSubject<Env> {
  readonly runbook: Runbook<Env>;
  readonly input: Json;
}

function stepsOf<Env>({ runbook, input }: LawSubject<Env>): Runbook<Env>['steps'] {
  return stepsFor(runbook, input);
}

export function idsInOrder<Env>(world: LawSubject<Env>): string[] {
  return stepsOf(world).map(({ id }) => id);
}

export function idsOf<Env>(world: LawSubject<Env>): string[] {
  return idsInOrder(world).toSorted();
}

/** Steps with their own failure: steps that waited then give up soon, and a retry resumes them. */
export function failuresIn({ state }: RunRecord): string[] {
  const failed = Object.keys(state.steps).filter((id) => state.steps[id]?.status === 'failed');
  const own = failed.filter((id) => !hasGivenUp(state.steps[id]?.fault));
  return own.length === 0 ? failed : own;
}

const hasGivenUp = (fault: Fault | undefined): boolean =>
  fault?.kind === 'permanent' && fault.cause?.kind === 'transient';

/** The law was tested on every step, except perhaps on those that may already be done. */
export function expectEach<Env>(
  world: LawSubject<Env>,
  tried: ReadonlySet<string>,
  mayBeDone: readonly string[],
): void {
  const isTried = (id: string): boolean => tried.has(id) || mayBeDone.includes(id);
  expect(idsOf(world).filter((id) => !isTried(id))).toEqual([]);
}

export function expectSuccess({ state }: RunRecord): void {
  const faults = Object.values(state.steps).flatMap(({ fault }) =>
    fault === undefined ? [] : [fault],
  );
  expect({ status: state.status, faults }).toEqual({ status: 'succeeded', faults: [] });
}

/** No step started before all its needs were finished. */
export function expectNothingAfterFailure<Env>(world: LawSubject<Env>, { state }: RunRecord): void {
  for (const { id, needs } of stepsOf(world)) {
    const hasUnfinishedNeed = needs.some((need) => state.steps[need]?.status !== 'finished');
    if (hasUnfinishedNeed) expect(state.steps[id]?.status ?? 'pending').toBe('pending');
  }
}
