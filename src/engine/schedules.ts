// Schedules of repeated jobs in Redis, shared by all processes.
import { setTimeout as after } from 'node:timers/promises';
import { Queue, type QueueOptions } from 'bullmq';
import { toFault } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { storeTrouble } from '../kernel/store-faults.ts';
import { jobQueueName, leavesNothing, queueNames } from './queue-names.ts';
import type { PlainJobData } from './queue.ts';
import type { WorkerOptions } from './worker-options.ts';

const pauseMs = 1_000;

export interface SchedulesOptions {
  readonly sweeps: Queue;
  readonly sweepEveryMs: number;
  readonly jobs: WorkerOptions['jobs'];
  readonly queueOptions: QueueOptions;
  readonly log: Log;
  /** Ends the wait for a Redis that takes writes. */
  readonly signal: AbortSignal | undefined;
}

export interface Schedules {
  close(): Promise<void>;
}

interface Schedule {
  readonly queue: Queue;
  store(): Promise<unknown>;
}

/** Number of sweeps between checks of the schedules: a Redis that lost its data lost them too. */
const sweepsBetweenLooks = 10;

/** @returns when the schedules are stored. */
export async function startSchedules(options: SchedulesOptions): Promise<Schedules> {
  const { sweeps, sweepEveryMs, jobs, queueOptions, log, signal } = options;
  const scheduled = Object.entries(jobs).flatMap(([name, { everyMs }]) =>
    everyMs === undefined ? [] : [scheduleOf(name, everyMs, queueOptions)],
  );
  const schedules = [sweepSchedule(sweeps, sweepEveryMs), ...scheduled];
  for (const { store } of schedules) await untilTaken(store, log, signal);
  const restoreAll = async (): Promise<void> => {
    for (const schedule of schedules) await restore(schedule, log);
  };
  const timer = setInterval(() => void restoreAll(), sweepEveryMs * sweepsBetweenLooks).unref();
  return {
    close: async () => {
      clearInterval(timer);
      await Promise.all(scheduled.map(({ queue }) => queue.close()));
    },
  };
}

function sweepSchedule(queue: Queue, every: number): Schedule {
  const template = { name: queueNames.sweep, opts: { removeOnComplete: true, removeOnFail: true } };
  return { queue, store: () => queue.upsertJobScheduler(queueNames.sweep, { every }, template) };
}

function scheduleOf(name: string, every: number, queueOptions: QueueOptions): Schedule {
  const queue = new Queue(jobQueueName(name), queueOptions);
  queue.on('error', () => undefined);
  const data: PlainJobData = { payload: {}, by: { user: 'llmgw', channel: '' } };
  return {
    queue,
    store: async () => {
      await queue.setGlobalConcurrency(1);
      await queue.upsertJobScheduler(name, { every }, { name, data, opts: leavesNothing });
    },
  };
}

async function restore({ queue, store }: Schedule, log: Log): Promise<void> {
  try {
    if ((await queue.getJobSchedulersCount()) > 0) return;
    await store();
    log.warn({ queue: queue.name }, 'schedule restored');
  } catch (error) {
    log.warn({ queue: queue.name, err: toFault(error) }, 'schedule not restored');
  }
}

/**
 * A full Redis or a failover at the start must not end the process: a restart would fix neither.
 * @throws errors that waiting does not fix, such as a wrong password; AbortError.
 */
async function untilTaken(
  write: () => Promise<unknown>,
  log: Log,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    try {
      await write();
      return;
    } catch (error) {
      const fault = storeTrouble(error);
      if (fault?.kind !== 'transient') throw error;
      log.warn({ err: fault }, 'schedule not stored');
      await after(pauseMs, undefined, { signal });
    }
  }
}
