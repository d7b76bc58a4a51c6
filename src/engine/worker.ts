// Worker of this process: one BullMQ worker per queue, sweeper and cancel subscription.
import { type Job, Queue, type QueueOptions, type Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { fail, toFault } from '../kernel/errors.ts';
import { runCardJob } from './card-job.ts';
import { runCommand } from './command-job.ts';
import type { EngineCommand } from './commands.ts';
import type { CardJobData, Engine, ListenerJobData, StepJobData } from './engine.ts';
import { createInterruptions } from './interruptions.ts';
import { runListenerJob } from './listeners.ts';
import { runPlainJob, type TriedJobData } from './plain-job.ts';
import {
  bullPrefix,
  fewEvents,
  jobQueueName,
  queueNames,
  withoutVersionCheck,
} from './queue-names.ts';
import { subscriberOf } from '../kernel/redis.ts';
import { connectionTrouble } from '../kernel/store-faults.ts';
import { createRunStore, defaultPrefix } from './run-store.ts';
import { PatientWorker } from './patient-worker.ts';
import { requireUnpaused } from './paused-queues.ts';
import { requireSoundShape } from './runbook-shape.ts';
import { startSchedules } from './schedules.ts';
import { runStepJob } from './step-job.ts';
import { sweep } from './sweep.ts';
import { defaultTimings, type WorkerOptions, type Workers } from './worker-options.ts';

/** One queue's share of the work in this process. */
type Perform<Data> = (job: Job<Data>, token: string | undefined) => Promise<void>;

/** @returns when all subscriptions exist, so no cancel is missed; waits for a writable Redis. @throws bug/bad_runbook */
export async function startWorkers(options: WorkerOptions): Promise<Workers> {
  const { redis, log, prefix = defaultPrefix } = options;
  for (const { runbook } of Object.values(options.runbooks)) requireSoundShape(runbook);
  const timings = { ...defaultTimings, ...options.timings };
  const queueOptions = {
    connection: redis,
    prefix: bullPrefix(prefix),
    ...withoutVersionCheck,
    ...fewEvents,
  };
  const interruptions = createInterruptions();
  const cancels = `${prefix}:cancels`;
  const ear = subscriberOf(redis);
  const steps = new Queue<StepJobData>(queueNames.steps, queueOptions);
  const cards = new Queue<CardJobData>(queueNames.cards, queueOptions);
  const heard = new Queue<ListenerJobData>(queueNames.listeners, queueOptions);
  const sweeps = new Queue(queueNames.sweep, queueOptions);
  const engine: Engine = {
    store: createRunStore(redis, prefix),
    steps,
    cards,
    heard,
    listeners: options.listeners ?? {},
    runbooks: options.runbooks,
    interruptions,
    timings,
    admit: options.admit,
    log,
    broadcastCancel: async (runId) => void (await redis.publish(cancels, runId)),
  };

  const onError = (error: Error): void =>
    log.warn({ err: connectionTrouble(error) ?? toFault(error) }, 'queue failed');
  const emitters = [ear, steps, cards, heard, sweeps];
  for (const emitter of emitters) emitter.on('error', onError);
  ear.on('message', (_channel, runId) => interruptions.cancelRun(runId));
  await ear.subscribe(cancels);

  const work = workerFactory(queueOptions, { timings, log, interruptions, onError });

  const { sweepEveryMs } = timings;
  const { jobs, signal } = options;
  const schedules = await startSchedules({ sweeps, sweepEveryMs, jobs, queueOptions, log, signal });
  const workers = [
    work<StepJobData>(queueNames.steps, options.stepConcurrency ?? 32, (job, token) =>
      runStepJob(engine, job, token),
    ),
    work<EngineCommand>(queueNames.commands, 8, (job) => runCommand(engine, job.data)),
    work<CardJobData>(queueNames.cards, 8, (job, token) =>
      runCardJob(engine, options.renderCard, job, token),
    ),
    work<ListenerJobData>(queueNames.listeners, 8, (job) => runListenerJob(engine, job.data)),
    work(queueNames.sweep, 1, () => sweep(engine)),
    ...Object.entries(jobs).map(([name, spec]) =>
      work<TriedJobData>(jobQueueName(name), spec.concurrency, (job, token) =>
        runPlainJob({ interruptions, timings, log }, spec, job, token),
      ),
    ),
  ];
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));

  return {
    check: async () => {
      await checkWorkers(workers);
      await requireUnpaused([steps, cards, heard, sweeps]);
    },
    stop: async () => {
      const closed = workers.map((worker) => worker.close());
      interruptions.stop();
      await Promise.all(closed);
      await schedules.close();
      await Promise.all([steps, cards, heard, sweeps].map((queue) => queue.close()));
      ear.disconnect();
    },
  };
}

interface WorkerParts extends Pick<Engine, 'timings' | 'log' | 'interruptions'> {
  readonly onError: (error: Error) => void;
}

/** Key of BullMQ's job locks. */
interface LockStore {
  readonly connection: Redis;
  readonly prefix: string;
}

function workerFactory(queueOptions: QueueOptions & LockStore, parts: WorkerParts) {
  const { timings, log, interruptions, onError } = parts;
  return <Data>(name: string, concurrency: number, perform: Perform<Data>): Worker<Data> => {
    const worker = new PatientWorker<Data>(
      name,
      (job, token) => perform(job, token),
      {
        ...queueOptions,
        concurrency,
        lockDuration: timings.lockMs,
        lockRenewTime: timings.lockRenewMs,
        stalledInterval: timings.stalledIntervalMs,
        // The default of 1 silently fails a job whose workers were killed twice.
        maxStalledCount: 1_000,
      },
      (id, token) => interruptions.loseJob(name, id, token),
    );
    worker.on('error', onError);
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) {
        // BullMQ passes only the job, and another copy of it may hold the lock by now.
        holderOf(worker, queueOptions, id).then(
          (holder) => interruptions.loseJob(name, id, holder),
          onError,
        );
      }
    });
    worker.on('failed', (job, error) => {
      log.error({ queue: name, job: job?.id, err: toFault(error) }, 'job failed');
    });
    return worker;
  };
}

/** @returns the token of the copy that holds the job's lock. */
async function holderOf(
  { name }: Worker,
  { connection, prefix }: LockStore,
  id: string,
): Promise<string | undefined> {
  return (await connection.get(`${prefix}:${name}:${id}:lock`)) ?? undefined;
}

async function checkWorkers(workers: readonly Worker[]): Promise<void> {
  for (const worker of workers) {
    if (!worker.isRunning() || worker.isPaused()) throw workerStopped(worker.name);
  }
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
}

function workerStopped(queue: string) {
  return fail('bug', 'worker_stopped', `The worker of the queue ${queue} is not running`, {
    next: 'Restart the process and report this with its log.',
  });
}
