// Queue job of one step: journal start, phases and deferral.
import { DelayedError, type Job } from 'bullmq';
import { fail } from '../kernel/errors.ts';
import { decide } from './decide.ts';
import type { Engine, StepJobData } from './engine.ts';
import type { Work } from './interruptions.ts';
import { release } from './release.ts';
import type { RunState } from './journal.ts';
import { type Step, stepsFor } from './step.ts';
import { isOurs, openStepJournal, type StepEvent, type StepJournal } from './step-journal.ts';
import { type Outcome, runPhases } from './step-phases.ts';

export type StepJob = Job<StepJobData>;

export async function runStepJob(
  engine: Engine,
  job: StepJob,
  token: string | undefined,
): Promise<void> {
  const { runId } = job.data;
  const work = engine.interruptions.begin({
    queue: job.queueName,
    id: job.id ?? '',
    token,
    runId,
  });
  try {
    const journal = await begin(engine, job);
    if (journal !== undefined) {
      const outcome = await pass(engine, job.data, journal, work);
      if (outcome.next === 'again' && (await defer(job, token, outcome))) {
        // A cancel between the last read of the journal and the delay found no job to promote.
        if (work.why() === 'cancel') await job.promote().catch(() => undefined);
        throw new DelayedError();
      }
    }
  } finally {
    work.end();
  }
  await release(engine, runId);
}

/** Starts or resumes the step in the journal; undefined when this job may not run it. */
async function begin(engine: Engine, job: StepJob): Promise<StepJournal | undefined> {
  const { data } = job;
  const journal = await openStepJournal(engine, data);
  if (journal === undefined) return undefined;
  if (isOurs(journal.state, data)) {
    if (wasLost(job)) await journal.append(resumed(journal.state, data));
  } else {
    const started: StepEvent = { type: 'step_started', step: data.step, epoch: data.epoch };
    await journal.append(started, (state) => isDue(engine, state, data));
  }
  return isOurs(journal.state, data) ? journal : undefined;
}

function resumed({ lastEventAt }: RunState, { step }: StepJobData): StepEvent {
  return { type: 'run_resumed', step, afterMs: Math.max(0, Date.now() - lastEventAt) };
}

function isDue(engine: Engine, state: RunState, { step, epoch }: StepJobData): boolean {
  const isStarted = state.steps[step]?.status === 'running';
  return (
    state.epoch === epoch &&
    !isStarted &&
    decide(stepsOf(engine, state), state).release.includes(step)
  );
}

function stepsOf(engine: Engine, { request }: RunState): readonly Step<unknown>[] {
  const bound = engine.runbooks[request.runbook];
  return bound === undefined ? [] : stepsFor(bound.runbook, request.input);
}

/** Another worker had started the step: its job stalled, or was lost and added again. */
function wasLost(job: StepJob): boolean {
  return job.attemptsStarted <= 1 || job.stalledCounter > (job.data.stalls ?? 0);
}

async function defer(
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
    // The lock was lost: another worker has the job and continues from the journal.
    return false;
  }
}

async function pass(
  engine: Engine,
  data: StepJobData,
  journal: StepJournal,
  work: Work,
): Promise<Outcome> {
  const { runId } = data;
  const { request } = journal.state;
  const bound = engine.runbooks[request.runbook];
  const step = stepsOf(engine, journal.state).find(({ id }) => id === data.step);
  if (bound === undefined || step === undefined) {
    const message = `This version of the bot has no step ${data.step}.`;
    const { fault } = fail('bug', 'unknown_step', message);
    await journal.append({ type: 'step_failed', step: data.step, fault });
    return { next: 'end' };
  }
  const deadlineAt = (journal.step.startedAt ?? Date.now()) + step.deadlineMs;
  const timer = setTimeout(() => work.interrupt('deadline'), Math.max(0, deadlineAt - Date.now()));
  const told = journal.interruption();
  if (told !== undefined) work.interrupt(told);
  if (deadlineAt <= Date.now()) work.interrupt('deadline');
  const log = engine.log.child({ runId, step: step.id, target: request.target });
  try {
    return await runPhases({ engine, data, bound, step, journal, work, deadlineAt, log });
  } finally {
    clearTimeout(timer);
  }
}
