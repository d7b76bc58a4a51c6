// The job of one step: begins it in the journal, takes it through check, apply, wait and verify, and ends it there.
import { DelayedError, type Job } from 'bullmq';
import { fail, type Json } from '../errors.ts';
import { decide } from './decide.ts';
import { addCard, advance, type Engine, type StepJobData } from './engine.ts';
import type { JournalEvent } from './journal.ts';
import { waitDelay } from './pace.ts';
import { perform } from './perform.ts';
import { release } from './release.ts';
import { stepOf } from './run-state.ts';
import type { RunRecord } from './run-store.ts';
import { type Check, type Step, type StepContext, stepsFor } from './step.ts';
import {
  contextOf,
  endOfPass,
  failStep,
  interruptionOf,
  isOurs,
  mergeOutputs,
  note,
  type Outcome,
  type Pass,
  stopFor,
} from './step-pass.ts';
import type { BoundRunbook } from './worker-options.ts';

export type StepJob = Job<StepJobData>;

export async function runStepJob(
  engine: Engine,
  job: StepJob,
  token: string | undefined,
): Promise<void> {
  const { runId } = job.data;
  const work = engine.interruptions.begin(job.id ?? '', runId);
  try {
    const record = await begin(engine, job);
    if (record !== undefined) {
      const outcome = await passOver(engine, job.data, record, work);
      if (outcome.next === 'again' && (await putOff(job, token, outcome))) {
        // A cancel that came between the last look at the journal and the delay found nothing to promote.
        if (work.why() === 'cancel') await job.promote().catch(() => undefined);
        throw new DelayedError();
      }
    }
  } finally {
    work.end();
  }
  await release(engine, runId);
}

/** Starts the step in the journal, or takes it up again; undefined when it is not this job's to do. */
async function begin(engine: Engine, job: StepJob): Promise<RunRecord | undefined> {
  const { data } = job;
  const advanced = await advance(engine.store, data.runId, (record) =>
    firstEvent(engine, job, record),
  );
  if (advanced.outcome !== 'appended' && advanced.outcome !== 'unchanged') return undefined;
  if (!isOurs(advanced.record.state, data)) return undefined;
  if (advanced.outcome === 'appended') await addCard(engine, data.runId);
  return advanced.record;
}

function firstEvent(engine: Engine, job: StepJob, { state }: RunRecord): JournalEvent | undefined {
  const { step, epoch } = job.data;
  const at = Date.now();
  if (state.epoch !== epoch) return undefined;
  if (isOurs(state, job.data)) {
    if (!wasLost(job)) return undefined;
    return { at, type: 'run_resumed', step, afterMs: Math.max(0, at - state.lastEventAt) };
  }
  const { runbook, input } = state.request;
  const bound = engine.runbooks[runbook];
  const steps = bound === undefined ? [] : stepsFor(bound.runbook, input);
  const isDue = decide(steps, state).release.includes(step);
  return isDue ? { at, type: 'step_started', step, epoch } : undefined;
}

/** Another worker had begun: it stalled, or its job is gone altogether and was made anew. */
function wasLost(job: StepJob): boolean {
  return job.attemptsStarted <= 1 || job.stalledCounter > (job.data.stalls ?? 0);
}

async function putOff(
  job: StepJob,
  token: string | undefined,
  { at, hint }: Extract<Outcome, { next: 'again' }>,
): Promise<boolean> {
  const { runId, step, epoch } = job.data;
  try {
    await job.updateData({ runId, step, epoch, stalls: job.stalledCounter, ...hint });
    await job.moveToDelayed(at, token);
    return true;
  } catch {
    // The lock was lost: the job is another worker's, who goes on from the journal.
    return false;
  }
}

async function passOver(
  engine: Engine,
  data: StepJobData,
  record: RunRecord,
  work: Pass['work'],
): Promise<Outcome> {
  const { state } = record;
  const bound = engine.runbooks[state.request.runbook];
  const steps = bound === undefined ? [] : stepsFor(bound.runbook, state.request.input);
  const step = steps.find(({ id }) => id === data.step);
  const log = engine.log.child({
    runId: data.runId,
    step: data.step,
    target: state.request.target,
  });
  if (bound === undefined || step === undefined) {
    const at = Date.now();
    const { fault } = fail(
      'bug',
      'unknown_step',
      `This version of the bot has no step ${data.step}.`,
    );
    const failed: JournalEvent = { at, type: 'step_failed', step: data.step, fault };
    await advance(engine.store, data.runId, (now) =>
      isOurs(now.state, data) ? failed : undefined,
    );
    return endOfPass;
  }
  const startedAt = stepOf(state, step.id).startedAt ?? Date.now();
  const deadlineAt = startedAt + step.deadlineMs;
  const timer = setTimeout(() => work.interrupt('deadline'), Math.max(0, deadlineAt - Date.now()));
  try {
    const pass: Pass = { engine, data, step, work, state, deadlineAt, log, resumesAtWait: true };
    if (deadlineAt <= Date.now()) work.interrupt('deadline');
    return await takeThrough(pass, bound);
  } finally {
    clearTimeout(timer);
  }
}

async function takeThrough(pass: Pass, bound: BoundRunbook): Promise<Outcome> {
  const { request } = pass.state;
  const env = await perform(pass, 'check', () => bound.env(request.target, request.input));
  if (!env.done) return env.outcome;
  const context = contextOf(pass, env.value);
  const { step } = pass;
  if (pass.data.from === 'wait') return waitAndVerify(pass, context, undefined);
  const checked = await perform(pass, 'check', () => step.check(context));
  return checked.done ? afterCheck(pass, context, checked.value) : checked.outcome;
}

async function afterCheck(
  pass: Pass,
  context: StepContext<unknown>,
  check: Check,
): Promise<Outcome> {
  switch (check.state) {
    case 'refused':
      return failStep(pass, check.why);
    case 'done': {
      // What this run has applied is proven before it counts, also after a crash or a retry.
      const wasApplied = stepOf(pass.state, pass.step.id).applied === true;
      if (wasApplied)
        return waitAndVerify({ ...pass, resumesAtWait: false }, context, check.output);
      return finish(pass, { changed: false, output: mergeOutputs(check.output) });
    }
    case 'needed':
      return applyThenWait(pass, context, [check.reason]);
    case 'drifted':
      return applyThenWait(pass, context, check.what);
  }
}

async function applyThenWait(
  pass: Pass,
  context: StepContext<unknown>,
  reasons: readonly string[],
): Promise<Outcome> {
  const step = pass.step.id;
  const why = await interruptionOf(pass);
  if (why !== undefined) return stopFor(pass, why);
  const noted = await note(pass, { at: Date.now(), type: 'step_applying', step, reasons });
  if (noted === undefined) return endOfPass;
  const applied = await perform(pass, 'apply', () => pass.step.apply(context));
  return applied.done ? waitAndVerify(pass, context, undefined) : applied.outcome;
}

async function waitAndVerify(
  pass: Pass,
  context: StepContext<unknown>,
  checked: Json | undefined,
): Promise<Outcome> {
  const step: Step<unknown> = pass.step;
  const looked = await perform(pass, 'wait', () => step.wait(context));
  if (!looked.done) return looked.outcome;
  if (looked.value.state === 'notYet') return lookAgain(pass, looked.value.seen);
  const verified = await perform(pass, 'verify', async () => step.verify?.(context));
  if (!verified.done) return verified.outcome;
  const output = mergeOutputs(checked, looked.value.output, verified.value as Json | undefined);
  return finish(pass, { changed: true, output });
}

async function lookAgain(pass: Pass, seen: string): Promise<Outcome> {
  const { step, engine, data } = pass;
  const event: JournalEvent = { at: Date.now(), type: 'step_saw', step: step.id, seen };
  const advanced = await advance(engine.store, data.runId, ({ state }) => {
    const now = stepOf(state, step.id);
    const isNews = now.seen !== seen || now.phase !== 'wait';
    return isOurs(state, data) && isNews ? event : undefined;
  });
  if (advanced.outcome === 'appended') await addCard(engine, data.runId);
  const why = await interruptionOf(pass);
  if (why !== undefined) return stopFor(pass, why);
  const looks = data.looks ?? 0;
  const at = Math.min(Date.now() + waitDelay(looks, engine.timings.paceFactor), pass.deadlineAt);
  const from = pass.resumesAtWait ? { from: 'wait' as const } : {};
  return { next: 'again', at, hint: { ...from, looks: looks + 1 } };
}

async function finish(
  pass: Pass,
  { changed, output }: { changed: boolean; output: Json },
): Promise<Outcome> {
  const step = pass.step.id;
  await note(pass, { at: Date.now(), type: 'step_finished', step, changed, output });
  pass.log.info({ changed }, 'step finished');
  return endOfPass;
}
