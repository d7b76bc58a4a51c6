// The names of the engine's BullMQ queues and the options that all of their jobs share.
import type { JobsOptions } from 'bullmq';

export const queueNames = {
  steps: 'steps',
  commands: 'commands',
  cards: 'cards',
  listeners: 'listeners',
  sweep: 'sweep',
} as const;

/** BullMQ's own keys live beside the journals, under the same prefix. */
export function bullPrefix(prefix: string): string {
  return `${prefix}:queue`;
}

/**
 * For queues; a worker needs the version, to know how finely it may wait for delayed jobs. BullMQ asks for Redis's version at the first connection and keeps a failed answer for ever:
 * a queue that began while Redis was away would refuse every job until a restart.
 */
export const withoutVersionCheck = { skipVersionCheck: true } as const;

/** Nobody reads BullMQ's own events; it would keep ten thousand of them a queue. */
export const fewEvents = { streams: { events: { maxLen: 100 } } } as const;

/** A plain job's queue has the job's name. */
export function jobQueueName(job: string): string {
  return `job-${job}`;
}

/** Queue of what is to be told: it is always there, and people do not see it in lists. */
export const outboxJob = 'outbox';

/** Step and command jobs leave nothing behind: a kept, completed id would swallow the next job of that id unheard. */
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
