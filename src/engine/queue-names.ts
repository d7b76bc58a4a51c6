// Names of the engine's BullMQ queues, and options of all their jobs.
import type { JobsOptions } from 'bullmq';

export const queueNames = {
  steps: 'steps',
  commands: 'commands',
  cards: 'cards',
  listeners: 'listeners',
  sweep: 'sweep',
} as const;

/** BullMQ's own keys are next to the journals, under the same prefix. */
export function bullPrefix(prefix: string): string {
  return `${prefix}:queue`;
}

/**
 * For queues; a worker needs the version, for the precision of its waits. BullMQ asks for Redis's version at the first connection and keeps a failed response:
 * a queue that starts while Redis is unavailable would refuse every job until a restart.
 */
export const withoutVersionCheck = { skipVersionCheck: true } as const;

/** BullMQ's own events are not used; it would keep ten thousand of them per queue. */
export const fewEvents = { streams: { events: { maxLen: 100 } } } as const;

/** A plain job's queue has the job's name. */
export function jobQueueName(job: string): string {
  return `job-${job}`;
}

/** Queue of outgoing messages: it always exists, and lists do not show it. */
export const outboxJob = 'outbox';

/** Step and command jobs are removed at their end: a kept, completed id would drop the next job of that id. */
export const leavesNothing = {
  removeOnComplete: true,
  removeOnFail: true,
} as const satisfies JobsOptions;

/** A delivery repeated within this time has one effect. */
export const dedupeWindowMs = 600_000;

/** Plain jobs stay for a while, both to refuse a second delivery and to be listed. */
export const staysFor = (ms: number) =>
  ({
    removeOnComplete: { age: ms / 1000 },
    removeOnFail: { age: ms / 1000 },
  }) satisfies JobsOptions;

export function stepJobId(runId: string, step: string, epoch: number): string {
  return `${runId}.${step}.${epoch}`;
}
