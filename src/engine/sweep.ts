// Sweeper: checks every open run and repairs the effects of crashes.
import { toFault } from '../kernel/errors.ts';
import { addCard, type Engine } from './engine.ts';
import { notifyListeners } from './listeners.ts';
import { release } from './release.ts';
import { hasEnded } from './run-state.ts';

/** One check of every open run. A failure of one does not affect the others. */
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
