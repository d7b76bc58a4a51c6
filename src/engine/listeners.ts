// Run listeners: each receives a run's events once, in order, with its own cursor.
import { addCard, type Engine, type ListenerJobData } from './engine.ts';
import type { JournalEvent, RunState } from './journal.ts';
import { queueNames } from './queue-names.ts';
import { hasEnded, nextStatus } from './run-state.ts';
import type { RunRecord } from './run-store.ts';

/** Adds a job for each listener with pending events. Every job of a run calls it, so no crash loses an event. */
export async function notifyListeners(engine: Engine, record: RunRecord): Promise<void> {
  const due = await unheard(engine, record);
  if (due.length === 0) return;
  const { runId } = record.state.request;
  await engine.heard.addBulk(
    due.map((listener) => ({
      name: queueNames.listeners,
      data: { runId, listener },
      opts: {
        deduplication: { id: `${runId}:${listener}`, keepLastIfActive: true },
        attempts: 1_000,
        backoff: { type: 'exponential', delay: 1_000, maxDelay: 60_000, jitter: 0.5 },
        removeOnComplete: true,
        removeOnFail: true,
      },
    })),
  );
}

/** @returns names of the listeners with pending events of this run. */
export async function unheard(engine: Engine, record: RunRecord): Promise<string[]> {
  const { runId } = record.state.request;
  const listeners = Object.entries(engine.listeners);
  if (listeners.length === 0) return [];
  const [cursors, card] = await Promise.all([
    engine.store.cursors(runId),
    engine.store.card(runId),
  ]);
  return listeners
    .filter(([name, listener]) => {
      const until = listener.followsCard === true ? card.shown : record.events.length;
      return record.events.slice(cursors[name] ?? 0, until).some((event) => listener.wants(event));
    })
    .map(([name]) => name);
}

/** Delivers pending events to one listener. @throws its error, so that the queue retries it. */
export async function runListenerJob(
  engine: Engine,
  { runId, listener: name }: ListenerJobData,
): Promise<void> {
  const listener = engine.listeners[name];
  const record = await engine.store.read(runId);
  // A listener of another version is left to the workers that have it.
  if (listener === undefined || record === undefined) return;
  const cursor = (await engine.store.cursors(runId))[name] ?? 0;
  for (const [index, { event, state }] of states(record).entries()) {
    if (index < cursor || !listener.wants(event)) continue;
    await listener.onRunEvent?.(state, event);
    await engine.store.saveCursor(runId, name, index + 1);
  }
  // The card's job closes a run once every listener has received its end.
  if (hasEnded(record.state)) await addCard(engine, runId);
}

interface Heard {
  readonly event: JournalEvent;
  /** Right after the event. */
  readonly state: RunState;
}

function states({ events }: RunRecord): Heard[] {
  let state: RunState | undefined;
  return events.map((event) => {
    state = nextStatus(state, event);
    return { event, state };
  });
}

const endEvents: readonly JournalEvent['type'][] = ['run_succeeded', 'run_failed', 'run_cancelled'];

/** A run's end, once for each of its epochs. */
export function isEnd({ type }: JournalEvent): boolean {
  return endEvents.includes(type);
}

/** A run's beginning, once for each of its epochs. */
export function isBeginning({ type }: JournalEvent): boolean {
  return type === 'run_requested' || type === 'run_retried';
}
