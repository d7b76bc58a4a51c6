// The sweeper: looks at every run that is open and makes good whatever a crash left undone.
import { toFault } from '../kernel/errors.ts';
import { addCard, type Engine } from './engine.ts';
import { notifyListeners } from './listeners.ts';
import { release } from './release.ts';
import { hasEnded } from './run-state.ts';

/** One look at every open run. A run that cannot be looked at does not keep the others from it. */
export async function sweep(engine: Engine): Promise<void> {
  for (const runId of await engine.store.open()) {
    try {
      const record = await engine.store.read(runId);
      if (record !== undefined && hasEnded(record.state)) {
        await notifyListeners(engine, record);
        await addCard(engine, runId);
      } else await release(engine, runId);
    } catch (error) {
      engine.log.error({ runId, err: toFault(error) }, 'sweep failed');
    }
  }
}
