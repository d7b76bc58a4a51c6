// Options of the engine's worker: runbooks, plain jobs, card and refusals.
import type { Redis } from 'ioredis';
import type { Fault, Json } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { RunCommand } from './commands.ts';
import type { RetryPolicyName } from './retry-policies.ts';
import type { JournalEvent, RunApproval, RunRequest, RunState, Who } from './journal.ts';
import type { Runbook } from './step.ts';

/** A runbook with the environment of its steps; made by `bindRunbook`, so that runbooks of different `Env` fit one table. */
export interface BoundRunbook {
  readonly runbook: Runbook<unknown>;
  /** Clients and configuration for one gateway and one run's input; may be called for every step, so cache. A thrown fault is the step's. */
  env(target: string, input: Json): Promise<unknown>;
}

export function bindRunbook<Env>(
  runbook: Runbook<Env>,
  env: (target: string, input: Json) => Promise<Env>,
): BoundRunbook {
  // Sound, as the engine gives this runbook's steps only what this `env` returned.
  return { runbook, env };
}

export interface PlainJob {
  readonly id: string;
  readonly payload: unknown;
  readonly by: Who;
  /** No further try will follow if this one throws. */
  readonly isLastAttempt: boolean;
}

export interface PlainJobSpec {
  /** Concurrency of this job in one process. */
  readonly concurrency: number;
  /**
   * May be called again after a crash: must be repeatable. `signal` aborts on shutdown, and the job is then given to another worker.
   * @param addedAt ms since the epoch, the same for each try of one job.
   */
  run(job: PlainJob, signal: AbortSignal, addedAt: number): Promise<void>;
  /** Tries of `run` while it throws transient faults; 1 by default. */
  readonly attempts?: number;
  /** Paces the tries; `cloud` by default. */
  readonly retry?: RetryPolicyName;
  /** The part of the payload that stays once the job is done; all of it by default. */
  keeps?(payload: unknown): unknown;
  /** Interval of a scheduled job, with no payload, and one at a time over all processes. */
  readonly everyMs?: number;
}

/** The message that shows a run, as the renderer sees it. */
export interface Card {
  /** Timestamp of the message, once known. */
  readonly ts: string | undefined;
  /** A post was started and its timestamp never saved: look for the message (its metadata names the run) before another post. */
  readonly posting: boolean;
  /** To be called right before the first post. */
  beginPost(): Promise<void>;
  /** To be called right after it, or when the message was found. */
  save(ts: string): Promise<void>;
}

export interface CardView {
  readonly runId: string;
  readonly state: RunState;
  readonly events: readonly JournalEvent[];
  readonly card: Card;
  readonly signal: AbortSignal;
}

/**
 * Shows the run as it is in `state`: posts the card the first time, edits it afterwards. Called one at a time for a run,
 * at most once every `cardEveryMs`, and again after new events; exact at the end.
 * Throws transient/rate_limited with retryAfterMs to be called again then; permanent when the message can never be shown.
 */
export type RenderCard = (view: CardView) => Promise<void>;

/** Receives run events, each at least once and in order; retried alone if it throws. */
export interface RunListener {
  /** Events that it receives. */
  wants(event: JournalEvent): boolean;
  /** @param state of the run right after the event. Called one at a time for a run. */
  onRunEvent?(state: RunState, event: JournalEvent): Promise<void>;
  /** Receives an event only once the card shows it. */
  readonly followsCard?: true;
  /** A run that was not started: locked, or an unknown runbook. */
  onStartRefused?(request: RunRequest, fault: Fault): Promise<void>;
  /** A cancel or retry without effect: unknown run, ended already, gateway locked by another. */
  onCommandRefused?(command: RunCommand, fault: Fault): Promise<void>;
}

export interface Timings {
  /** Time until a dead worker loses a job, ms; resume takes about this plus a stalled interval. */
  readonly lockMs: number;
  /** Maximum age of a lock before it is renewed, ms: a worker may pause for `lockMs` less this, and keep its jobs. */
  readonly lockRenewMs: number;
  readonly stalledIntervalMs: number;
  readonly sweepEveryMs: number;
  readonly cardEveryMs: number;
  /** Interval of updates of a card without new events, for its clocks, ms. */
  readonly cardRefreshMs: number;
  /** Maximum time of an aborted phase before it is abandoned, ms. */
  readonly abortGraceMs: number;
  /** Multiplies the pace of waits and retries. */
  readonly paceFactor: number;
}

export const defaultTimings: Timings = {
  lockMs: 3_000,
  lockRenewMs: 400,
  stalledIntervalMs: 400,
  sweepEveryMs: 5_000,
  cardEveryMs: 1_000,
  cardRefreshMs: 15_000,
  abortGraceMs: 5_000,
  paceFactor: 1,
};

/** A run before its start or its retry. */
export interface RunStart {
  readonly request: RunRequest;
  /** The requester, or the person who retries. */
  readonly by: Who;
  readonly approval: RunApproval | undefined;
  /** Of a retry: the run at its end. */
  readonly ended: RunState | undefined;
}

/** The last decision before a start or a retry; a fault refuses it. Throws to be asked again later. */
export type Admit = (start: RunStart) => Promise<Fault | undefined>;

export interface WorkerOptions {
  /** A connection without a retry limit, see `connectRedis`; `stop` leaves it open. */
  readonly redis: Redis;
  readonly prefix?: string;
  readonly runbooks: Readonly<Record<string, BoundRunbook>>;
  readonly jobs: Readonly<Record<string, PlainJobSpec>>;
  readonly renderCard: RenderCard;
  /** Every start and every retry is admitted here. */
  readonly admit: Admit;
  /** By name, which is the key of a listener's cursor in each run: never rename one. */
  readonly listeners?: Readonly<Record<string, RunListener>>;
  readonly log: Log;
  readonly timings?: Partial<Timings>;
  /** Concurrent steps of one process. */
  readonly stepConcurrency?: number;
  /** Ends a start that waits for Redis. */
  readonly signal?: AbortSignal;
}

export interface Workers {
  /** @throws bug/worker_stopped when a queue's worker takes no jobs; permanent/queue_paused; connection errors. */
  check(): Promise<void>;
  /** Aborts active jobs, hands them back to the queue, and returns when none is left. */
  stop(): Promise<void>;
}
