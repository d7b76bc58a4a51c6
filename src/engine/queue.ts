// Port of the Slack side to the engine: adds and reads jobs, never journals.
import { type Job, type JobType, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { fail } from '../kernel/errors.ts';
import { type EngineCommand, commandId } from './commands.ts';
import type { RunApproval, RunRequest, RunStatus, Who } from './journal.ts';
import {
  bullPrefix,
  dedupeWindowMs,
  fewEvents,
  jobQueueName,
  leavesNothing,
  outboxJob,
  queueNames,
  staysFor,
  withoutVersionCheck,
} from './queue-names.ts';
import { requireUnpaused } from './paused-queues.ts';
import { type WaitingJob, listWaiting } from './waiting-jobs.ts';
import { createRunStore, defaultPrefix, type RunStore, withoutUnreadable } from './run-store.ts';
import { hasEnded } from './run-state.ts';

export interface ListedJob {
  readonly id: string;
  /** Runbook or plain job: `provision`, `key`, `ask`. */
  readonly name: string;
  readonly status: 'queued' | RunStatus;
  readonly by: Who | undefined;
  /** ms since the epoch: the request, and the end. */
  readonly at: number;
  readonly endedAt?: number;
  /** Of a run: its gateway and the timestamp of its card. */
  readonly target?: string;
  readonly cardTs?: string;
}

export interface JobList {
  readonly running: readonly ListedJob[];
  readonly queued: readonly ListedJob[];
  /** Ended, newest first. */
  readonly recent: readonly ListedJob[];
}

export interface Queues {
  /** Returns when the command is stored in Redis. A repeated delivery (same run id) has one effect. @throws invalid/bad_id */
  startRun(request: RunRequest): Promise<void>;
  cancelRun(runId: string, by: Who, requestId: string): Promise<void>;
  retryRun(runId: string, by: Who, requestId: string, approval?: RunApproval): Promise<void>;
  /** Adds a plain job; the same id within ten minutes is the same job. `payload` holds ids and references, never secrets. */
  enqueue(job: string, payload: object, id: string, by: Who, how?: Enqueued): Promise<void>;
  /** Whether the queue has this plain job, waiting or recently ended. */
  has(job: string, id: string): Promise<boolean>;
  /** The queue's entry of this plain job; undefined if it has none. */
  payload(job: string, id: string): Promise<unknown>;
  /** Removes a waiting plain job from the queue; an active or missing one is left. */
  forget(job: string, id: string): Promise<void>;
  /** Starts a delayed plain job now. */
  promote(job: string, id: string): Promise<void>;
  listJobs(limit?: number): Promise<JobList>;
  /** Jobs that a person requested and no worker has started, with a maximum per queue. */
  waiting(limit: number): Promise<WaitingJob[]>;
  /** Checks each queue on its own connection. @throws the error that prevents new jobs. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface Enqueued {
  /** Number of the same person's jobs ahead: those with fewer go first. */
  readonly behind?: number;
  /** Delay of the start, ms; a waiting job survives every process. */
  readonly delayMs?: number;
  /** One active job of this name at a time, and only the last of those added during it: for updates. Lists do not show it. */
  readonly latestOf?: string;
  /** Retention of the id and the remaining payload after the end, ms; ten minutes by default. */
  readonly keptMs?: number;
}

/** Content of a plain job's queue entry. */
export interface PlainJobData {
  readonly payload: unknown;
  readonly by: Who;
}

export interface QueuesOptions {
  /** The caller's connection, see `connectRedis`; `close` leaves it open. */
  readonly redis: Redis;
  readonly prefix?: string;
  /** Names of the plain jobs. */
  readonly jobs: readonly string[];
}

export function createQueues({ redis, prefix = defaultPrefix, jobs }: QueuesOptions): Queues {
  const options = {
    connection: redis,
    prefix: bullPrefix(prefix),
    ...withoutVersionCheck,
    ...fewEvents,
  };
  const commands = new Queue<EngineCommand>(queueNames.commands, options);
  const plain = new Map(
    [...jobs, outboxJob].map((job) => [job, new Queue<PlainJobData>(jobQueueName(job), options)]),
  );
  const all = [commands, ...plain.values()];
  for (const queue of all) queue.on('error', () => undefined);
  const store = createRunStore(redis, prefix);

  const command = async (given: EngineCommand): Promise<void> => {
    await commands.add(given.op, given, {
      jobId: commandId(given),
      ...retriedLong,
      ...leavesNothing,
    });
  };

  return {
    startRun: (request) => {
      requireId(request.runId);
      return command({ op: 'start', request });
    },
    cancelRun: (runId, by, requestId) => command({ op: 'cancel', runId, by, requestId }),
    retryRun: (runId, by, requestId, approval) =>
      command({
        op: 'retry',
        runId,
        by,
        requestId,
        ...(approval === undefined ? {} : { approval }),
      }),
    enqueue: async (job, payload, id, by, how = {}) => {
      const { behind = 0, delayMs = 0, latestOf, keptMs = dedupeWindowMs } = how;
      requireId(id);
      const queue = plain.get(job);
      if (queue === undefined) throw fail('bug', 'unknown_job', `Unknown job ${job}.`);
      const priority = behind === 0 ? {} : { priority: Math.min(behind, 1_000) };
      const stays = latestOf === undefined ? staysFor(keptMs) : onlyLatest(latestOf);
      await queue.add(job, { payload, by }, { jobId: id, delay: delayMs, ...stays, ...priority });
    },
    has: async (job, id) => (await plain.get(job)?.getJob(id)) !== undefined,
    payload: async (job, id) => (await plain.get(job)?.getJob(id))?.data.payload,
    forget: async (job, id) => void (await plain.get(job)?.remove(id)),
    promote: async (job, id) => {
      const waiting = await plain.get(job)?.getJob(id);
      // It may have started in between, which is the desired effect.
      if ((await waiting?.isDelayed()) === true) await waiting?.promote().catch(() => undefined);
    },
    waiting: (limit) => listWaiting(commands, plain, limit),
    listJobs: (limit = 20) => listJobs({ commands, plain, store, limit }),
    check: () => requireUnpaused(all),
    close: async () => void (await Promise.all(all.map((queue) => queue.close()))),
  };
}

const onlyLatest = (id: string) => ({
  deduplication: { id, keepLastIfActive: true },
  ...leavesNothing,
});

/** A command whose reply could not be sent (Slack unavailable) is tried for hours. */
const retriedLong = {
  attempts: 100,
  backoff: { type: 'exponential', delay: 500, maxDelay: 60_000 },
} as const;

function requireId(id: string): void {
  if (!/^[a-z0-9-]+$/.test(id)) {
    throw fail(
      'invalid',
      'bad_id',
      `The id ${JSON.stringify(id)} has characters other than a-z, 0-9 and -.`,
    );
  }
}

interface Listing {
  readonly commands: Queue<EngineCommand>;
  readonly plain: ReadonlyMap<string, Queue<PlainJobData>>;
  readonly store: RunStore;
  readonly limit: number;
}

async function listJobs({ commands, plain, store, limit }: Listing): Promise<JobList> {
  const listed = (
    await Promise.all([
      listRuns(store, limit),
      listStarts(commands, limit),
      ...[...plain].flatMap(([name, queue]) =>
        name === outboxJob ? [] : [listPlain(name, queue, limit)],
      ),
    ])
  ).flat();
  const known = new Set(listed.filter((job) => job.status !== 'queued').map((job) => job.id));
  const recent = listed.filter((job) => job.endedAt !== undefined);
  return {
    running: listed.filter((job) => job.status !== 'queued' && job.endedAt === undefined),
    queued: listed.filter((job) => job.status === 'queued' && !known.has(job.id)),
    recent: recent.toSorted((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0)).slice(0, limit),
  };
}

async function listRuns(store: RunStore, limit: number): Promise<ListedJob[]> {
  const ids = await store.recent({ limit });
  const runs = await Promise.all(ids.map((id) => listRun(store, id)));
  return runs.flatMap((run) => (run === undefined ? [] : [run]));
}

async function listRun(store: RunStore, id: string): Promise<ListedJob | undefined> {
  const [record, card] = await Promise.all([
    store.read(id).catch(withoutUnreadable),
    store.card(id),
  ]);
  if (record === undefined) return undefined;
  const { request, status, startedAt, endedAt } = record.state;
  return {
    id,
    name: request.runbook,
    status,
    by: request.by,
    at: startedAt,
    target: request.target,
    ...(hasEnded(record.state) && endedAt !== undefined ? { endedAt } : {}),
    ...(card.ts === undefined ? {} : { cardTs: card.ts }),
  };
}

async function listStarts(commands: Queue<EngineCommand>, limit: number): Promise<ListedJob[]> {
  const jobs = await commands.getJobs(['waiting', 'delayed', 'active'], 0, limit - 1);
  return jobs.flatMap((job): ListedJob[] => {
    const command = job?.data;
    if (command === undefined || command.op !== 'start') return [];
    const { runId: id, runbook: name, by, target } = command.request;
    return [{ id, name, status: 'queued', by, at: job.timestamp, target }];
  });
}

type PlainQueue = Queue<PlainJobData>;

async function listPlain(name: string, queue: PlainQueue, limit: number): Promise<ListedJob[]> {
  const list = async (states: JobType[], status: ListedJob['status']): Promise<ListedJob[]> => {
    const jobs: (Job<PlainJobData> | undefined)[] = await queue.getJobs(states, 0, limit - 1);
    // Nobody waits for automatic updates.
    return jobs.flatMap((job) =>
      job === undefined || job.deduplicationId !== undefined
        ? []
        : [listedPlain(name, job, status)],
    );
  };
  const groups = await Promise.all([
    list(['waiting', 'prioritized', 'delayed'], 'queued'),
    list(['active'], 'running'),
    list(['completed'], 'succeeded'),
    list(['failed'], 'failed'),
  ]);
  return groups.flat();
}

function listedPlain(name: string, job: Job<PlainJobData>, status: ListedJob['status']): ListedJob {
  return {
    id: job.id ?? '',
    name,
    status,
    by: job.data.by,
    at: job.timestamp,
    ...(job.finishedOn === undefined ? {} : { endedAt: job.finishedOn }),
  };
}
