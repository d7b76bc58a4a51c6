// Shared parts of the engine's jobs, with their one append to a journal.
import type { Queue } from 'bullmq';
import type { Log } from '../kernel/log.ts';
import type { Interruptions } from './interruptions.ts';
import type { JournalEvent } from './journal.ts';
import { queueNames } from './queue-names.ts';
import type { RunRecord, RunStore } from './run-store.ts';
import type { Admit, BoundRunbook, RunListener, Timings } from './worker-options.ts';

export interface StepJobData {
  readonly runId: string;
  readonly step: string;
  readonly epoch: number;
  /** Known stalls at the last defer: more of them mean that a worker was lost. */
  readonly stalls?: number;
  /** Deferred while waiting: continue there. Without it, a pass starts at check. A hint only; its loss costs a check. */
  readonly from?: 'wait';
  /** Number of waits so far, for the pace. */
  readonly looks?: number;
}

export interface CardJobData {
  readonly runId: string;
}

export interface ListenerJobData {
  readonly runId: string;
  /** Its name in the engine's table. */
  readonly listener: string;
}

export interface Engine {
  readonly store: RunStore;
  readonly steps: Queue<StepJobData>;
  readonly cards: Queue<CardJobData>;
  readonly heard: Queue<ListenerJobData>;
  readonly listeners: Readonly<Record<string, RunListener>>;
  readonly runbooks: Readonly<Record<string, BoundRunbook>>;
  readonly interruptions: Interruptions;
  readonly timings: Timings;
  readonly admit: Admit;
  readonly log: Log;
  /** Notifies every worker, this one too, that a run is being cancelled. */
  broadcastCancel(runId: string): Promise<void>;
}

export type Advanced =
  | { readonly outcome: 'appended' | 'unchanged'; readonly record: RunRecord }
  | { readonly outcome: 'locked'; readonly holder: string }
  | { readonly outcome: 'unknown' };

/** Reads the journal, lets `choose` decide on an event and appends it; repeats after a concurrent append. */
export async function advance(
  store: RunStore,
  runId: string,
  choose: (record: RunRecord) => JournalEvent | undefined,
): Promise<Advanced> {
  for (;;) {
    const record = await store.read(runId);
    if (record === undefined) return { outcome: 'unknown' };
    const event = choose(record);
    if (event === undefined) return { outcome: 'unchanged', record };
    const appended = await store.append(record, event);
    if (appended.outcome !== 'stale') return appended;
  }
}

/** A short delay groups events of one moment into one update. */
const cardDelayMs = 100;

/** Requests an update of the run's card. No job id: it would defeat the deduplication and lose last states. */
export async function addCard(engine: Engine, runId: string): Promise<void> {
  await engine.cards.add(
    queueNames.cards,
    { runId },
    {
      deduplication: { id: runId, keepLastIfActive: true },
      delay: Math.min(cardDelayMs, engine.timings.cardEveryMs),
      attempts: 1_000,
      backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
      removeOnComplete: true,
      removeOnFail: true,
    },
  );
}
