// Test engine on the suite's Redis, with its own prefix, and journal waits.
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { Fault, Json } from '../../src/kernel/errors.ts';
import { createLog } from '../../src/kernel/log.ts';
import { createRedactor } from '../../src/kernel/redaction.ts';
import type { RunCommand } from '../../src/engine/commands.ts';
import type { RunRequest, Who } from '../../src/engine/journal.ts';
import { createQueues, type Queues } from '../../src/engine/queue.ts';
import { connectRedis } from '../../src/kernel/redis.ts';
import { hasEnded } from '../../src/engine/run-state.ts';
import { createRunStore, type RunRecord, type RunStore } from '../../src/engine/run-store.ts';
import { startWorkers } from '../../src/engine/worker.ts';
import type { Timings, WorkerOptions, Workers } from '../../src/engine/worker-options.ts';

export const olivia: Who = { user: 'U0OLIVIA', channel: 'C0GATEWAY' };
export const alice: Who = { user: 'U0ALICE', channel: 'C0GATEWAY' };

/** Short enough that a killed worker's job is resumed within a second. */
export const quickTimings: Partial<Timings> = {
  lockMs: 600,
  lockRenewMs: 200,
  stalledIntervalMs: 300,
  sweepEveryMs: 400,
  cardEveryMs: 20,
  abortGraceMs: 500,
  paceFactor: 0.02,
};

export const quiet = createLog({
  level: process.env['TEST_LOG'] ?? 'silent',
  redactor: createRedactor(),
});

export function redisUrl(): string {
  const url = process.env['TEST_REDIS_URL'];
  if (url === undefined) throw new Error('TEST_REDIS_URL is not set: run through vitest');
  return url;
}

export interface TestEngine {
  readonly redis: Redis;
  readonly prefix: string;
  readonly store: RunStore;
  readonly queues: Queues;
  readonly refused: { readonly of: RunRequest | RunCommand; readonly fault: Fault }[];
  start(more?: Partial<WorkerOptions>): Promise<Workers>;
  /** Resolves with the run once it has ended. */
  ended(runId: string, timeoutMs?: number): Promise<RunRecord>;
  close(): Promise<void>;
}

type Given = Pick<WorkerOptions, 'runbooks'> & Partial<Omit<WorkerOptions, 'runbooks'>>;

/** An engine without a worker: each call of `start` adds one. */
export function createTestEngine(given: Given): TestEngine {
  const prefix = given.prefix ?? `test-${randomUUID()}`;
  const redis = connectRedis(redisUrl());
  const store = createRunStore(redis, prefix);
  const queues = createQueues({ redis, prefix, jobs: Object.keys(given.jobs ?? {}) });
  const refused: TestEngine['refused'] = [];
  const running = new Set<Workers>();

  const start = async (more: Partial<WorkerOptions> = {}): Promise<Workers> => {
    const { timings, ...rest } = { ...given, ...more };
    const workers = await startWorkers({
      redis,
      prefix,
      jobs: {},
      renderCard: () => Promise.resolve(),
      admit: () => Promise.resolve(undefined),
      log: quiet,
      ...rest,
      listeners: {
        refusals: {
          wants: () => false,
          onStartRefused: async (of, fault) => void refused.push({ of, fault }),
          onCommandRefused: async (of, fault) => void refused.push({ of, fault }),
        },
        ...rest.listeners,
      },
      timings: { ...quickTimings, ...timings },
    });
    running.add(workers);
    return {
      ...workers,
      stop: () => {
        running.delete(workers);
        return workers.stop();
      },
    };
  };

  const ended = async (runId: string, timeoutMs = 20_000): Promise<RunRecord> => {
    let record: RunRecord | undefined;
    await expect
      .poll(
        async () => {
          record = await store.read(runId);
          return record !== undefined && hasEnded(record.state);
        },
        { timeout: timeoutMs, interval: 20, message: `run ${runId} should end` },
      )
      .toBe(true);
    if (record === undefined) throw new Error(`run ${runId} has no journal`);
    return record;
  };

  return {
    redis,
    prefix,
    store,
    queues,
    refused,
    start,
    ended,
    close: async () => {
      await Promise.all([...running].map((workers) => workers.stop()));
      await queues.close();
      const keys = await redis.keys(`${prefix}:*`);
      if (keys.length > 0) await redis.del(keys);
      redis.disconnect();
    },
  };
}

/** A run id for one test; the same text never names two runs. */
export function newRunId(runbook = 'build'): string {
  return `${runbook}-${randomUUID().slice(0, 8)}`;
}

export function requestFor(
  runbook: string,
  options: { readonly runId?: string; readonly target?: string; readonly input?: Json } = {},
): RunRequest {
  const { runId = newRunId(runbook), target = 'default', input = null } = options;
  return { runId, runbook, target, input, by: olivia };
}
