// Card of a run: its updates from the journal, exact at the end.
import { DelayedError, type Job } from 'bullmq';
import { type Fault, toFault } from '../kernel/errors.ts';
import { addCard, type CardJobData, type Engine } from './engine.ts';
import { notifyListeners, unheard } from './listeners.ts';
import { hasEnded } from './run-state.ts';
import type { CardMemory, RunRecord } from './run-store.ts';
import type { Card, RenderCard } from './worker-options.ts';

type CardJob = Job<CardJobData>;

/** Shows one run once; defers itself when it is early, rate-limited, or the journal has grown. */
export async function runCardJob(
  engine: Engine,
  render: RenderCard,
  job: CardJob,
  token: string | undefined,
): Promise<void> {
  const { runId } = job.data;
  const { store, timings } = engine;
  const record = await store.read(runId);
  if (record === undefined) return;
  const memory = await store.card(runId);
  const length = record.events.length;
  const sinceMs = Date.now() - memory.renderedAt;
  if (memory.shown !== length || (!hasEnded(record.state) && sinceMs >= timings.cardRefreshMs)) {
    if (sinceMs < timings.cardEveryMs) {
      return deferJob(engine, job, token, memory.renderedAt + timings.cardEveryMs);
    }
    const againAt = await show(engine, render, job, record, memory);
    if (againAt !== undefined) return deferJob(engine, job, token, againAt);
  }
  // Listeners of the card receive the events that it now shows.
  await notifyListeners(engine, record);
  const now = await store.read(runId);
  const hasGrown = now !== undefined && now.events.length !== length;
  // The last listener's job asks for the card again.
  const isOver =
    !hasGrown && hasEnded(record.state) && (await unheard(engine, record)).length === 0;
  if (hasGrown || (isOver && !(await store.settle(runId, length)))) {
    return deferJob(engine, job, token, Date.now() + timings.cardEveryMs);
  }
}

/** Renders; returns the delay if that is not possible now. @throws errors that the queue should retry. */
async function show(
  engine: Engine,
  render: RenderCard,
  job: CardJob,
  record: RunRecord,
  memory: CardMemory,
): Promise<number | undefined> {
  const { runId } = job.data;
  const { events, state } = record;
  const work = engine.interruptions.begin({
    queue: job.queueName,
    id: job.id ?? runId,
    token: job.token,
  });
  try {
    const card = cardOf(engine, runId, memory);
    await render({ runId, state, events, card, signal: work.signal });
  } catch (error) {
    if (work.why() !== undefined) return Date.now();
    const fault = toFault(error);
    if (fault.kind === 'transient' && fault.retryAfterMs !== undefined) {
      return Date.now() + fault.retryAfterMs;
    }
    engine.log.warn({ runId, err: fault }, 'card not shown');
    if (!isHopeless(fault)) throw error;
  } finally {
    work.end();
  }
  await engine.store.saveCard(runId, { renderedAt: Date.now(), shown: events.length });
  return undefined;
}

/** If the message can never be shown, retries would only use up the workspace's budget. */
function isHopeless(fault: Fault): boolean {
  return fault.kind === 'permanent' || fault.kind === 'refused' || fault.kind === 'invalid';
}

function cardOf(engine: Engine, runId: string, { ts, posting }: CardMemory): Card {
  return {
    ts,
    posting: posting && ts === undefined,
    beginPost: () => engine.store.saveCard(runId, { posting: true }),
    save: (saved) => engine.store.saveCard(runId, { ts: saved, posting: false }),
  };
}

async function deferJob(
  engine: Engine,
  job: CardJob,
  token: string | undefined,
  at: number,
): Promise<void> {
  try {
    await job.moveToDelayed(at, token);
  } catch (error) {
    // Another worker has the job now; this rendering may be older than that worker's.
    engine.log.warn({ runId: job.data.runId, err: toFault(error) }, 'card job lost');
    return addCard(engine, job.data.runId);
  }
  throw new DelayedError();
}
