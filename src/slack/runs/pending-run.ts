// The run that a question is about, kept until somebody decides: what starts is what was shown.
import type { Json } from '../../errors.ts';
import type { RunStore } from '../../runbook/run-store.ts';

export interface PendingRun {
  readonly target: string;
  readonly input: Json;
}

/** A question that nobody answers for so long is asked anew. */
const keptMs = 3_600_000;

const keyOf = (runId: string): string => `question:${runId}`;

export function keepPendingRun(store: RunStore, runId: string, run: PendingRun): Promise<void> {
  return store.keepText(keyOf(runId), JSON.stringify(run), keptMs);
}

export async function readPendingRun(
  store: RunStore,
  runId: string,
): Promise<PendingRun | undefined> {
  const text = await store.readText(keyOf(runId));
  return text === undefined ? undefined : (JSON.parse(text) as PendingRun);
}
