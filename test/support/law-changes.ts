// What the runbook laws do to the steps of a runbook before it is run: they fail, are late, or write twice.
import { fail } from '../../src/kernel/errors.ts';
import type { Step } from '../../src/engine/step.ts';

export type Change<Env> = (step: Step<Env>) => Step<Env>;

/** Every apply is made twice. */
export function twice<Env>(): Change<Env> {
  return (step) => ({
    ...step,
    apply: async (context) => {
      await step.apply(context);
      await step.apply(context);
    },
  });
}

/** Every step's first apply fails: before it has done anything, or once it has asked for all. */
export function failingOnce<Env>(when: 'before' | 'after'): Change<Env> {
  const done = new Set<string>();
  return (step) => ({
    ...step,
    apply: async (context) => {
      const isFirst = !done.has(step.id);
      done.add(step.id);
      if (!isFirst || when === 'after') await step.apply(context);
      if (isFirst) throw broken(step.id);
    },
  });
}

/** The one step that is named fails once what it makes was asked for, and nobody waits for that. */
export function failingAt<Env>(named: () => string | undefined): Change<Env> {
  return (step) => ({
    ...step,
    check: async (context) => {
      const found = await step.check(context);
      if (step.id === named() && found.state === 'done') throw broken(step.id);
      return found;
    },
    apply: async (context) => {
      await step.apply(context);
      if (step.id === named()) throw broken(step.id);
    },
  });
}

/** Every step's first wait sees nothing, and then its deadline is over, however long the step's own is. */
export function lateOnce<Env>(seen: Map<string, 'late' | 'past'>): Change<Env> {
  return (step) => ({
    ...step,
    get deadlineMs() {
      return seen.get(step.id) === 'late' ? 1 : step.deadlineMs;
    },
    wait: (context) => {
      if (seen.has(step.id)) return step.wait(context);
      seen.set(step.id, 'late');
      return Promise.resolve({ state: 'notYet', seen: `no sign of ${step.id}` });
    },
  });
}

function broken(id: string): Error {
  return fail('permanent', 'rejected', brokenText(id), { next: 'Try again.' });
}

export const brokenText = (id: string): string => `No ${id}.`;
