// View of a run's journal for one step: state, appends and interruptions.
import { addCard, type Engine, type StepJobData } from './engine.ts';
import type { Interruption } from './interruptions.ts';
import type { JournalEvent, RunState, StepState } from './journal.ts';
import { hasEnded, stepOf } from './run-state.ts';
import type { RunRecord } from './run-store.ts';

/** Events without their time, which `append` adds. */
type Untimed<Event> = Event extends JournalEvent ? Omit<Event, 'at'> : never;
export type StepEvent = Untimed<Extract<JournalEvent, { step: string }>>;

export interface StepJournal {
  /** The run as last read or appended; others may have appended since. */
  readonly state: RunState;
  readonly step: StepState;
  refresh(): Promise<void>;
  /** The interruption of this job, by the last read of the journal. */
  interruption(): Extract<Interruption, 'lost' | 'cancel'> | undefined;
  /** Appends unless the step is no longer this job's, or `allows` rejects the state of that moment. */
  append(event: StepEvent, allows?: (state: RunState) => boolean): Promise<'appended' | 'refused'>;
}

/** Reads the journal, so that `append` needs no read. Undefined for an unknown run. */
export async function openStepJournal(
  engine: Engine,
  data: StepJobData,
): Promise<StepJournal | undefined> {
  const { runId, step } = data;
  const first = await engine.store.read(runId);
  if (first === undefined) return undefined;
  let record: RunRecord | undefined = first;
  let { state } = first;

  const refresh = async (): Promise<void> => {
    record = await engine.store.read(runId);
    if (record !== undefined) ({ state } = record);
  };

  return {
    get state() {
      return state;
    },
    get step() {
      return stepOf(state, step);
    },
    refresh,
    interruption: () => {
      if (record === undefined || !isOurs(state, data)) return 'lost';
      return state.status === 'cancelling' ? 'cancel' : undefined;
    },
    append: async (event, allows = (now) => isOurs(now, data)) => {
      // The append itself detects a concurrent append; only then is the journal read again.
      while (record !== undefined && allows(state)) {
        const timed = { at: Date.now(), ...event } as JournalEvent;
        const appended = await engine.store.append(record, timed);
        if (appended.outcome === 'appended') {
          ({ record } = appended);
          ({ state } = record);
          await addCard(engine, runId);
          return 'appended';
        }
        await refresh();
      }
      return 'refused';
    },
  };
}

/** Whether this step runs in this epoch by the journal: otherwise nothing may be appended for it. */
export function isOurs(state: RunState, data: StepJobData): boolean {
  const isRunning = stepOf(state, data.step).status === 'running';
  return state.epoch === data.epoch && isRunning && !hasEnded(state);
}
