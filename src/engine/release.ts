// Release of due work: appends the run's end or enqueues due steps.
import { decide } from './decide.ts';
import { addCard, type Engine } from './engine.ts';
import type { RunState } from './journal.ts';
import { notifyListeners } from './listeners.ts';
import { stepsFor } from './step.ts';
import { leavesNothing, stepJobId } from './queue-names.ts';

/** Appends a due end of the run, else adds a job for every due step; then requests the card. */
export async function release(engine: Engine, runId: string): Promise<void> {
  for (;;) {
    const record = await engine.store.read(runId);
    if (record === undefined) return;
    const { state } = record;
    const bound = engine.runbooks[state.request.runbook];
    if (bound === undefined) {
      engine.log.error({ runId, runbook: state.request.runbook }, 'runbook unknown');
      break;
    }
    const due = decide(stepsFor(bound.runbook, state.request.input), state);
    if (due.append === undefined) {
      await enqueueSteps(engine, state, due.release);
      await notifyListeners(engine, record);
      break;
    }
    const ended = await engine.store.append(record, { at: Date.now(), type: due.append });
    if (ended.outcome === 'appended') {
      engine.log.info({ runId, target: state.request.target, end: due.append }, 'run ended');
      await notifyListeners(engine, ended.record);
      break;
    }
  }
  await addCard(engine, runId);
}

async function enqueueSteps(
  engine: Engine,
  state: RunState,
  steps: readonly string[],
): Promise<void> {
  if (steps.length === 0) return;
  const { epoch, request } = state;
  await engine.steps.addBulk(
    steps.map((step) => ({
      name: request.runbook,
      data: { runId: request.runId, step, epoch },
      opts: { jobId: stepJobId(request.runId, step, epoch), ...leavesNothing },
    })),
  );
  if (state.status === 'cancelling') await promoteSteps(engine, state, steps);
}

/** Deferred steps are notified of the cancel now. */
async function promoteSteps(
  engine: Engine,
  state: RunState,
  steps: readonly string[],
): Promise<void> {
  for (const step of steps) {
    const job = await engine.steps.getJob(stepJobId(state.request.runId, step, state.epoch));
    // A job that is not delayed is the usual case, and needs nothing.
    await job?.promote().catch(() => undefined);
  }
}
