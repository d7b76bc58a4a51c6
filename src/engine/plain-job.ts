// Jobs other than runs (key, ask, status): once per id, with retries.
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import { toFault } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Interruptions } from './interruptions.ts';
import { isStoreCode } from '../kernel/store-faults.ts';
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

/** A fault `not_yet` defers the job without costing a try. @throws DelayedError for a deferred job, UnrecoverableError for a permanent failure. */
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
  const held = { job, token, log };
  const work = interruptions.begin({ queue: job.queueName, id, token });
  try {
    await spec.run({ id, payload, by, isLastAttempt }, work.signal, job.timestamp);
    const kept = spec.keeps?.(payload);
    if (kept !== undefined) await job.updateData({ payload: kept, by });
  } catch (error) {
    const why = work.why();
    // Another copy of a lost job is or will be active, so its outcome here does not count. If this copy still has the lock,
    // the job must not end here, as nobody was notified.
    if (why === 'shutdown' || why === 'lost') return await deferJob(held, Date.now());
    const fault = toFault(error);
    if (fault.code === 'not_yet') {
      return await deferJob(held, Date.now() + (fault.retryAfterMs ?? 1_000));
    }
    log.warn({ job: id, name: job.name, attempt, err: fault }, 'job failed');
    // The store's failure costs the job no tries: it continues when the store does.
    if (isStoreCode(fault.code) && fault.kind === 'transient') {
      return await deferJob(held, Date.now() + storePauseMs);
    }
    if (fault.kind !== 'transient' || isLastAttempt) throw new UnrecoverableError(fault.message);
    const { paceFactor } = timings;
    const policy = retryPolicies[spec.retry ?? 'cloud'];
    const delay = retryDelay({ policy, attempt, fault, paceFactor, random: Math.random() });
    await job.updateData({ payload, by, tries: attempt });
    return await deferJob(held, Date.now() + delay);
  } finally {
    work.end();
  }
}

const storePauseMs = 1_000;

interface Held {
  readonly job: Job;
  readonly token: string | undefined;
  readonly log: Log;
}

async function deferJob({ job, token, log }: Held, at: number): Promise<never> {
  // If the store refuses even this, or another copy holds the lock, the queue gives the job to a worker again.
  await job.moveToDelayed(at, token).catch((error: unknown) => {
    log.info({ job: job.id, err: toFault(error) }, 'job not delayed');
  });
  throw new DelayedError();
}
