// One pass over a step by one worker: what it may do, what it saw, and how it appends to the journal.
import { fail, type Fault, type Json } from '../errors.ts';
import type { Log } from '../log.ts';
import { addCard, advance, type Engine, type StepJobData } from './engine.ts';
import type { Interruption, Work } from './interruptions.ts';
import type { JournalEvent, Phase, RunState, StepState } from './journal.ts';
import { inWords } from './pace.ts';
import { hasEnded, outputsOf, stepOf } from './run-state.ts';
import type { Step, StepContext } from './step.ts';

/** How a pass came to its end. */
export type Outcome =
  | { readonly next: 'end' }
  | {
      readonly next: 'again';
      readonly at: number;
      readonly hint: Pick<StepJobData, 'from' | 'looks'>;
    };

export const endOfPass: Outcome = { next: 'end' };

export interface Pass {
  readonly engine: Engine;
  readonly data: StepJobData;
  readonly step: Step<unknown>;
  readonly work: Work;
  readonly state: RunState;
  readonly deadlineAt: number;
  readonly log: Log;
  /** Waits and proofs may go on where they were; not so once check alone brought us here, as its output would be lost. */
  readonly resumesAtWait: boolean;
}

/** The context that the step's functions see. */
export function contextOf(pass: Pass, env: unknown): StepContext<unknown> {
  const { state, work, log } = pass;
  const { runId, target, input } = state.request;
  return { env, runId, target, input, outputs: outputsOf(state), signal: work.signal, log };
}

/** Whether the journal says that this step runs in this epoch: nothing else may be appended for it. */
export function isOurs(state: RunState, data: StepJobData): boolean {
  const isRunning = stepOf(state, data.step).status === 'running';
  return state.epoch === data.epoch && isRunning && !hasEnded(state);
}

/** Appends an event of this step, unless the step is no longer ours. Answers the step as it now is, or undefined. */
export async function note(pass: Pass, event: JournalEvent): Promise<StepState | undefined> {
  const { engine, data } = pass;
  const advanced = await advance(engine.store, data.runId, ({ state }) =>
    isOurs(state, data) ? event : undefined,
  );
  if (advanced.outcome !== 'appended') return undefined;
  await addCard(engine, data.runId);
  return stepOf(advanced.record.state, data.step);
}

/** What interrupts the pass, asked of the journal too, as a broadcast may have been missed. */
export async function interruptionOf(pass: Pass): Promise<Interruption | undefined> {
  const told = pass.work.why();
  if (told !== undefined) return told;
  const record = await pass.engine.store.read(pass.data.runId);
  if (record === undefined || !isOurs(record.state, pass.data)) pass.work.interrupt('lost');
  else if (record.state.status === 'cancelling') pass.work.interrupt('cancel');
  return pass.work.why();
}

export async function stopFor(pass: Pass, why: Interruption, cause?: unknown): Promise<Outcome> {
  switch (why) {
    case 'lost':
      return endOfPass;
    case 'shutdown':
      return { next: 'again', at: Date.now(), hint: {} };
    case 'cancel':
      return cancelStep(pass);
    case 'deadline':
      return failStep(pass, await deadlineFault(pass, cause));
  }
}

/** A broadcast may come so late that the run was retried meanwhile: only the journal cancels. */
async function cancelStep(pass: Pass): Promise<Outcome> {
  const { engine, data, step } = pass;
  const event: JournalEvent = { at: Date.now(), type: 'step_cancelled', step: step.id };
  const advanced = await advance(engine.store, data.runId, ({ state }) =>
    isOurs(state, data) && state.status === 'cancelling' ? event : undefined,
  );
  const isStillOurs = advanced.outcome === 'unchanged' && isOurs(advanced.record.state, data);
  return isStillOurs ? { next: 'again', at: Date.now(), hint: {} } : endOfPass;
}

export async function failStep(pass: Pass, fault: Fault): Promise<Outcome> {
  pass.log.warn({ fault }, 'step failed');
  await note(pass, { at: Date.now(), type: 'step_failed', step: pass.step.id, fault });
  return endOfPass;
}

async function deadlineFault(pass: Pass, cause: unknown): Promise<Fault> {
  const record = await pass.engine.store.read(pass.data.runId);
  const now = stepOf(record?.state ?? pass.state, pass.step.id);
  const lastSeen = now.phase === 'retry' ? now.fault?.message : now.seen;
  const doing: Phase = now.phase === 'retry' ? (now.retryOf ?? 'check') : (now.phase ?? 'check');
  const seen = lastSeen === undefined ? `it was still in its ${doing}` : `last seen: ${lastSeen}`;
  return fail(
    'deadline',
    'wait_deadline',
    `${pass.step.title}: not done within ${inWords(pass.step.deadlineMs)}; ${seen}`,
    {
      next: `Mend what it waits for, then retry run ${pass.data.runId}.`,
      details: { phase: doing, ...(lastSeen === undefined ? {} : { lastSeen }) },
      cause: now.phase === 'retry' ? now.fault : isForeign(cause) ? undefined : cause,
    },
  ).fault;
}

/** An abort that we caused ourselves explains nothing. */
function isForeign(cause: unknown): boolean {
  return cause === undefined || (cause instanceof Error && cause.name === 'AbortError');
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
