// Schedules of repeated jobs: kept in Redis, one for all processes.
import { setTimeout as after } from 'node:timers/promises';
import { Queue, type QueueOptions } from 'bullmq';
import type { Log } from '../log.ts';
import { storeTrouble } from '../store-faults.ts';
import { jobQueueName, leavesNothing, queueNames } from './queue-names.ts';
import type { PlainJobData } from './queue.ts';
import type { WorkerOptions } from './worker-options.ts';

const pauseMs = 1_000;

/** The first writes of a starting worker. */
export interface ScheduleWrites {
  readonly log: Log;
  /** Ends the wait for a Redis that takes writes. */
  readonly signal: AbortSignal | undefined;
}

export async function scheduleSweeps(
  sweeps: Queue,
  every: number,
  writes: ScheduleWrites,
): Promise<void> {
  const opts = { removeOnComplete: true, removeOnFail: true } as const;
  await untilTaken(writes, () =>
    sweeps.upsertJobScheduler(queueNames.sweep, { every }, { name: queueNames.sweep, opts }),
  );
}

/** @returns the queues, to be closed. */
export async function scheduleJobs(
  jobs: WorkerOptions['jobs'],
  queueOptions: QueueOptions,
  writes: ScheduleWrites,
): Promise<Queue[]> {
  const queues: Queue[] = [];
  for (const [name, { everyMs: every }] of Object.entries(jobs)) {
    if (every === undefined) continue;
    const queue = new Queue(jobQueueName(name), queueOptions);
    queues.push(queue);
    queue.on('error', () => undefined);
    const data: PlainJobData = { payload: {}, by: { user: 'llmgw', channel: '' } };
    await untilTaken(writes, () => queue.setGlobalConcurrency(1));
    await untilTaken(writes, () =>
      queue.upsertJobScheduler(name, { every }, { name, data, opts: leavesNothing }),
    );
  }
  return queues;
}

/**
 * A full Redis or a failover at the start must not end the process: its restarts would mend neither.
 * @throws what waiting does not mend, such as a wrong password; AbortError.
 */
async function untilTaken(
  { log, signal }: ScheduleWrites,
  write: () => Promise<unknown>,
): Promise<void> {
  for (;;) {
    try {
      await write();
      return;
    } catch (error) {
      const fault = storeTrouble(error);
      if (fault?.kind !== 'transient') throw error;
      log.warn({ fault }, 'schedule not stored');
      await after(pauseMs, undefined, { signal });
    }
  }
}
