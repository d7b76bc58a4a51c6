// Runs one phase of a step under its signal and turns what it threw into the journal's terms.
import { type Fault, toFault } from '../errors.ts';
import type { Phase, RunState } from './journal.ts';
import { retryDelay } from './pace.ts';
import { retryPolicies, triesOfAnEndingRun } from './retry-policies.ts';
import { stepOf } from './run-state.ts';
import { failStep, interruptionOf, note, type Outcome, type Pass, stopFor } from './step-pass.ts';

export type Performed<T> =
  { readonly done: true; readonly value: T } | { readonly done: false; readonly outcome: Outcome };

/** Runs the phase unless something interrupts. What succeeded counts, even when it was being interrupted. */
export async function perform<T>(
  pass: Pass,
  phase: Phase,
  run: () => Promise<T>,
): Promise<Performed<T>> {
  const before = await interruptionOf(pass);
  if (before !== undefined) return { done: false, outcome: await stopFor(pass, before) };
  try {
    const value = await settled(run, pass.work.signal, pass.engine.timings.abortGraceMs);
    return { done: true, value };
  } catch (error) {
    const why = pass.work.why();
    if (why !== undefined) return { done: false, outcome: await stopFor(pass, why, error) };
    return { done: false, outcome: await onFault(pass, phase, toFault(error)) };
  }
}

async function onFault(pass: Pass, phase: Phase, fault: Fault): Promise<Outcome> {
  if (fault.kind !== 'transient') return failStep(pass, fault);
  const record = await pass.engine.store.read(pass.data.runId);
  const before = stepOf(record?.state ?? pass.state, pass.step.id);
  const attempt = before.retryOf === phase ? (before.attempt ?? 0) + 1 : 1;
  const policy = retryPolicies[pass.step.retry];
  // Once another step has failed the run ends anyway, and what it tries may depend on that step in the world.
  const isEnding = record !== undefined && hasFailed(record.state);
  if (isEnding && attempt >= triesOfAnEndingRun) {
    const next = 'Mend the step that failed first; a retry goes on with both.';
    return failStep(pass, { ...givenUp(fault, attempt), next });
  }
  if (fault.untilDeadline !== true && attempt >= policy.attempts)
    return failStep(pass, givenUp(fault, attempt));
  const { paceFactor } = pass.engine.timings;
  const delay = retryDelay({ policy, attempt, fault, paceFactor, random: Math.random() });
  const until = Math.min(Date.now() + delay, pass.deadlineAt);
  const step = pass.step.id;
  const at = Date.now();
  await note(pass, { at, type: 'step_retrying', step, phase, fault, attempt, until });
  const goesOn = (phase === 'wait' || phase === 'verify') && pass.resumesAtWait;
  return { next: 'again', at: until, hint: goesOn ? { from: 'wait' } : {} };
}

const hasFailed = ({ steps }: RunState): boolean =>
  Object.values(steps).some(({ status }) => status === 'failed');

function givenUp(fault: Fault, attempts: number): Fault {
  const message = `${fault.message} (still so after ${attempts} tries)`;
  return { ...fault, kind: 'permanent', message, cause: fault };
}

/** A phase that ignores its signal is left behind after a grace, so that a cancel and a deadline always come through. */
async function settled<T>(run: () => Promise<T>, signal: AbortSignal, graceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let leave = (): void => undefined;
  const abandoned = new Promise<never>((_resolve, reject) => {
    leave = () => {
      timer = setTimeout(() => reject(signal.reason), graceMs);
    };
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([run(), abandoned]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}
