// Run by short-lived workers: each sends itself SIGKILL after some journal writes.
import type { ChildProcess } from 'node:child_process';
import { expect } from 'vitest';
import { hasEnded } from '../../src/engine/run-state.ts';
import type { RunRecord } from '../../src/engine/run-store.ts';
import { redisUrl, type TestEngine } from './engine.ts';
import { keyOfLine, type MortalOrders } from './mortal-orders.ts';

export interface MortalRun {
  readonly record: RunRecord;
  /** The last written lines before a worker died, one per death. */
  readonly deaths: readonly string[];
}

export interface MortalRunOptions {
  readonly engine: TestEngine;
  readonly runId: string;
  /** Journal writes between two deaths. */
  readonly stride: number;
  /** Starts a process that waits for its configuration. */
  readonly start: () => ChildProcess;
  /** The longest life of one worker, ms. */
  readonly lifeMs: number;
}

/** Long enough for a worker on a busy machine, short enough for many repetitions. */
const timings = { lockMs: 1_500, stalledIntervalMs: 300, sweepEveryMs: 500, paceFactor: 0.02 };

export async function runAmongDeaths(options: MortalRunOptions): Promise<MortalRun> {
  const { engine, runId, stride, start } = options;
  const deaths: string[] = [];
  // The next one loads its libraries while this one lives.
  let [child, next] = [start(), start()];
  try {
    for (;;) {
      const before = await engine.store.read(runId);
      const known = [...new Set(before?.events.map(keyOfLine) ?? [])];
      const { prefix } = engine;
      const orders: MortalOrders = { url: redisUrl(), prefix, known, stride, timings };
      child.send(orders);
      const record = await deathOrEnd(options, child);
      if (hasEnded(record.state)) return { record, deaths };
      deaths.push(keyOfLine(lastOf(record)));
      [child, next] = [next, start()];
    }
  } finally {
    for (const one of [child, next]) one.kill('SIGKILL');
  }
}

async function deathOrEnd(
  { engine, runId, lifeMs }: MortalRunOptions,
  child: ChildProcess,
): Promise<RunRecord> {
  let record: RunRecord | undefined;
  const isOver = async (): Promise<boolean> => {
    const isDead = child.exitCode !== null || child.signalCode !== null;
    record = await engine.store.read(runId);
    return isDead || (record !== undefined && hasEnded(record.state));
  };
  const message = `a worker of run ${runId} should die or bring it to its end`;
  await expect.poll(isOver, { timeout: lifeMs, interval: 20, message }).toBe(true);
  if (child.exitCode !== null) throw new Error(`The worker ended with ${child.exitCode}.`);
  if (record === undefined) throw new Error(`The worker of run ${runId} died before it wrote.`);
  return record;
}

function lastOf({ events }: RunRecord): RunRecord['events'][number] {
  const last = events.at(-1);
  if (last === undefined) throw new Error('A journal is never empty.');
  return last;
}
