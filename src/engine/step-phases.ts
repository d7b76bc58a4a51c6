// The phases of a step, top to bottom: check, apply, wait, verify.
import { type Fault, type Json, toFault } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Engine, StepJobData } from './engine.ts';
import type { Interruption, Work } from './interruptions.ts';
import type { Phase } from './journal.ts';
import { waitDelay } from './pace.ts';
import { outputsOf } from './run-state.ts';
import type { Step, StepContext } from './step.ts';
import { deadlineFault, judgeFault } from './step-faults.ts';
import type { StepEvent, StepJournal } from './step-journal.ts';
import type { BoundRunbook } from './worker-options.ts';

/** Pass of one job through the phases, until the step ends or is deferred. */
export interface Pass {
  readonly engine: Engine;
  readonly data: StepJobData;
  readonly bound: BoundRunbook;
  readonly step: Step<unknown>;
  readonly journal: StepJournal;
  readonly work: Work;
  /** ms since the epoch. */
  readonly deadlineAt: number;
  readonly log: Log;
}

export type Outcome =
  | { readonly next: 'end' }
  | {
      readonly next: 'again';
      readonly at: number;
      readonly hint: Pick<StepJobData, 'from' | 'looks'>;
    };

const ended: Outcome = { next: 'end' };

/** Thrown to leave the phases early; never leaves `runPhases`. */
class PassEnded extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super('The pass has ended.');
    this.outcome = outcome;
  }
}

export async function runPhases(pass: Pass): Promise<Outcome> {
  try {
    return await phases(pass);
  } catch (error) {
    if (error instanceof PassEnded) return error.outcome;
    throw error;
  }
}

async function phases(pass: Pass): Promise<Outcome> {
  const { step, journal, work, log, data } = pass;
  const { target, input } = journal.state.request;
  const env = await perform(pass, 'check', () => pass.bound.env(target, input));
  const outputs = outputsOf(journal.state);
  const context = { env, runId: data.runId, target, input, outputs, signal: work.signal, log };

  // A deferred wait continues. Not so after a check that found everything done: its output would be lost.
  let resumesAtWait = true;
  let checked: Json | undefined;
  if (data.from !== 'wait') {
    const check = await perform(pass, 'check', () => step.check(context));
    if (check.state === 'refused') return failStep(pass, check.why);
    if (check.state === 'done') {
      // A step that this run applied is verified before it counts, also after a crash or retry.
      if (journal.step.applied !== true) return finish(pass, false, mergeOutputs(check.output));
      resumesAtWait = false;
      checked = check.output;
    } else {
      const reasons = check.state === 'needed' ? [check.reason] : check.what;
      await appendUncancelled(pass, { type: 'step_applying', step: step.id, reasons });
      await perform(pass, 'apply', () => step.apply(context));
    }
  }

  const resume = resumesAtWait ? ({ from: 'wait' } as const) : {};
  const looked = await perform(pass, 'wait', () => step.wait(context), resume);
  if (looked.state === 'notYet') return lookAgain(pass, looked.seen, resume);
  const verified = await perform(pass, 'verify', () => verify(step, context), resume);
  return finish(pass, true, mergeOutputs(checked, looked.output, verified));
}

async function verify(
  step: Step<unknown>,
  context: StepContext<unknown>,
): Promise<Json | undefined> {
  return (await step.verify?.(context)) ?? undefined;
}

type Resume = Pick<StepJobData, 'from'>;

/** Runs the phase. A success counts, even during an interruption. @throws PassEnded */
async function perform<T>(
  pass: Pass,
  phase: Phase,
  run: () => Promise<T>,
  resume: Resume = {},
): Promise<T> {
  const before = pass.work.why();
  if (before !== undefined) throw new PassEnded(await stopFor(pass, before));
  try {
    return await settled(run, pass.work.signal, pass.engine.timings.abortGraceMs);
  } catch (error) {
    const why = pass.work.why();
    const outcome =
      why === undefined
        ? await onFault(pass, phase, toFault(error), resume)
        : await stopFor(pass, why, error);
    throw new PassEnded(outcome);
  }
}

async function onFault(pass: Pass, phase: Phase, fault: Fault, resume: Resume): Promise<Outcome> {
  const { journal, step, engine } = pass;
  await journal.refresh();
  const { paceFactor } = engine.timings;
  const context = { step, phase, paceFactor, run: journal.state, before: journal.step };
  const verdict = judgeFault(fault, context);
  if (!verdict.retry) return failStep(pass, verdict.fault);
  const { attempt, delayMs } = verdict;
  const until = Math.min(Date.now() + delayMs, pass.deadlineAt);
  await journal.append({ type: 'step_retrying', step: step.id, phase, fault, attempt, until });
  return { next: 'again', at: until, hint: resume };
}

async function lookAgain(pass: Pass, seen: string, resume: Resume): Promise<Outcome> {
  const { step, engine, data, journal } = pass;
  const isNews = journal.step.seen !== seen || journal.step.phase !== 'wait';
  if (isNews) await journal.append({ type: 'step_saw', step: step.id, seen });
  else await journal.refresh();
  await stopIfInterrupted(pass);
  const looks = data.looks ?? 0;
  const at = Math.min(Date.now() + waitDelay(looks, engine.timings.paceFactor), pass.deadlineAt);
  return { next: 'again', at, hint: { ...resume, looks: looks + 1 } };
}

async function finish(pass: Pass, changed: boolean, output: Json): Promise<Outcome> {
  await pass.journal.append({ type: 'step_finished', step: pass.step.id, changed, output });
  pass.log.info({ changed }, 'step finished');
  return ended;
}

async function failStep(pass: Pass, fault: Fault): Promise<Outcome> {
  pass.log.warn({ err: fault }, 'step failed');
  await pass.journal.append({ type: 'step_failed', step: pass.step.id, fault });
  return ended;
}

/** Nothing is applied for a run that is being cancelled. @throws PassEnded */
async function appendUncancelled(pass: Pass, event: StepEvent): Promise<void> {
  const { journal } = pass;
  const appended = await journal.append(event, () => journal.interruption() === undefined);
  if (appended === 'refused') await stopIfInterrupted(pass);
}

/** The journal is read too, as the broadcast of a cancel may be missed. @throws PassEnded */
async function stopIfInterrupted(pass: Pass): Promise<void> {
  const told = pass.journal.interruption();
  if (told !== undefined) pass.work.interrupt(told);
  const why = pass.work.why();
  if (why !== undefined) throw new PassEnded(await stopFor(pass, why));
}

async function stopFor(pass: Pass, why: Interruption, cause?: unknown): Promise<Outcome> {
  const { journal, step, data } = pass;
  switch (why) {
    case 'lost':
      return ended;
    case 'shutdown':
      return { next: 'again', at: Date.now(), hint: {} };
    case 'deadline':
      await journal.refresh();
      return failStep(pass, deadlineFault(step, data.runId, journal.step, cause));
    case 'cancel': {
      // A broadcast may arrive after a retry of the run: only the journal cancels.
      await journal.refresh();
      const cancelled = await journal.append(
        { type: 'step_cancelled', step: step.id },
        () => journal.interruption() === 'cancel',
      );
      const isStillOurs = cancelled === 'refused' && journal.interruption() === undefined;
      return isStillOurs ? { next: 'again', at: Date.now(), hint: {} } : ended;
    }
  }
}

/** A phase that ignores its signal is abandoned after a grace period, so cancels and deadlines always work. */
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

/** Outputs of check, wait and verify as one: objects are merged, anything else replaces. */
export function mergeOutputs(...outputs: readonly (Json | undefined)[]): Json {
  let merged = null as Json;
  for (const output of outputs) {
    if (output === undefined || output === null) continue;
    merged = isObject(merged) && isObject(output) ? { ...merged, ...output } : output;
  }
  return merged;
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
