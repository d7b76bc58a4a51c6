// Jobs that are not runs (key, ask, status): run once an id, again after a crash, and tried again while transient.
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import { toFault } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Interruptions } from './interruptions.ts';
import { isStoreCode, unlessStoreTrouble } from '../kernel/store-faults.ts';
import { retryDelay } from './pace.ts';
import type { PlainJobData } from './queue.ts';
import { retryPolicies } from './retry-policies.ts';
import type { PlainJobSpec, Timings } from './worker-options.ts';

export interface PlainJobSurroundings {
  readonly interruptions: Interruptions;
  readonly timings: Timings;
  readonly log: Log;
}

export interface TriedJobData extends PlainJobData {
  /** Tries that ended in a transient fault. */
  readonly tries?: number;
}

/** A fault `not_yet` puts the job off without costing a try. @throws DelayedError when the job was put off, UnrecoverableError when it failed for good. */
export async function runPlainJob(
  { interruptions, timings, log }: PlainJobSurroundings,
  spec: PlainJobSpec,
  job: Job<TriedJobData>,
  token: string | undefined,
): Promise<void> {
  const id = job.id ?? '';
  const { payload, by, tries = 0 } = job.data;
  const attempt = tries + 1;
  const isLastAttempt = attempt >= (spec.attempts ?? 1);
  const work = interruptions.begin(id);
  try {
    await spec.run({ id, payload, by, isLastAttempt }, work.signal);
  } catch (error) {
    const why = work.why();
    if (why === 'shutdown') return await deferJob(job, token, Date.now());
    // The job is another worker's now: what became of it here counts for nothing.
    if (why === 'lost') return;
    const fault = toFault(error);
    if (fault.code === 'not_yet') {
      return await deferJob(job, token, Date.now() + (fault.retryAfterMs ?? 1_000));
    }
    log.warn({ job: id, name: job.name, attempt, fault }, 'job failed');
    // The store's trouble is no try of the work: it goes on when the store does.
    if (isStoreCode(fault.code) && fault.kind === 'transient') {
      return await deferJob(job, token, Date.now() + storePauseMs);
    }
    if (fault.kind !== 'transient' || isLastAttempt) throw new UnrecoverableError(fault.message);
    const { paceFactor } = timings;
    const policy = retryPolicies.cloud;
    const delay = retryDelay({ policy, attempt, fault, paceFactor, random: Math.random() });
    await job.updateData({ payload, by, tries: attempt });
    return await deferJob(job, token, Date.now() + delay);
  } finally {
    work.end();
  }
}

const storePauseMs = 1_000;

async function deferJob(job: Job, token: string | undefined, at: number): Promise<never> {
  // Where the store refuses even this, the job's lock ends soon, and the queue gives it to a worker again.
  await unlessStoreTrouble(job.moveToDelayed(at, token), undefined);
  throw new DelayedError();
}
