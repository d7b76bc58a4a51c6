// Step changes of the runbook laws: failures, delays, and duplicate writes.
import { fail } from '../../src/kernel/errors.ts';
import type { Step } from '../../src/engine/step.ts';

export type Change<Env> = (step: Step<Env>) => Step<Env>;

/** Runs every apply twice. */
export function twice<Env>(): Change<Env> {
  return (step) => ({
    ...step,
    apply: async (context) => {
      await step.apply(context);
      await step.apply(context);
    },
  });
}

/** Fails every step's first apply: before its first request, or after its last. */
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

/** Fails the named step right after its requests, without a wait for their result. */
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

/** Makes every step's first wait observe nothing until a short deadline, whatever its own. */
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
