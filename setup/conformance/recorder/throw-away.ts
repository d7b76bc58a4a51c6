// The throw-away gateway: created and removed by the production runbooks.
import type { RunRecord } from '../../../src/engine/run-store.ts';
import type { JournalEvent } from '../../../src/engine/journal.ts';
import { fail, toFault } from '../../../src/kernel/errors.ts';
import { differs, held, notObserved } from '../check.ts';
import { throwAway } from './environment.ts';
import { openSide } from './open-side.ts';
import { type Recorder, tellFinding } from './recorder.ts';
import { openRuns, type Runs, stepsOf } from './runs.ts';

export interface ThrowAway {
  /** Creates it, recorded. @throws refused/not_ours if an object of its name has another owner. */
  provision(): Promise<void>;
  /** For the sandbox: creates a gateway to compare with a real one, not recorded. */
  prepare(): Promise<void>;
  /** Removes everything that `provision` created, after any outcome. */
  teardown(): Promise<void>;
  /** Removes the leftovers of an earlier run of the kit. */
  remove(): Promise<void>;
  close(): Promise<void>;
}

export function createThrowAway(recorder: Recorder): ThrowAway {
  const { side, scrubber, tell, world, signal } = recorder;
  let runs: Runs | undefined;
  let isBegun = false;

  const onEvent = (runbook: string, event: JournalEvent): void => {
    if (event.type === 'step_started')
      tell({ type: 'progress', text: `${runbook}: ${event.step}` });
    if (event.type === 'step_saw') {
      const seen = scrubber.text(event.seen);
      tell({ type: 'progress', text: `${runbook}: ${event.step}: ${seen}` });
    }
  };
  const open = async (clients = side.clients): Promise<Runs> => {
    const { config, redactor, log } = side;
    const redisUrl = await world.redisUrl();
    return (runs ??= await openRuns({ config, clients, redactor, redisUrl, log, onEvent }));
  };
  const tellSteps = (runbook: string, record: RunRecord): void => {
    for (const step of stepsOf(runbook, record)) {
      const seen = step.seen.map(scrubber.text);
      tell({ type: 'step', step: { ...step, outcome: scrubber.text(step.outcome), seen } });
    }
  };
  const removeAll = async (): Promise<void> => {
    const { run } = await open();
    const record = await recorder.as('gateway-teardown', () =>
      run('teardown', { input: { removeApps: true } }),
    );
    tellSteps('teardown', record);
    const { status } = record.state;
    const finding =
      status === 'succeeded'
        ? held('nothing that llmgw created is left')
        : differs(
            `the teardown ended as ${status}; run npm run conformance -- --project PROJECT --remove`,
          );
    tellFinding(recorder, 'gateway-teardown', finding);
  };

  return {
    provision: async () => {
      await requireUnused(recorder);
      isBegun = true;
      const { run } = await open();
      const record = await recorder.as('gateway-provision', () =>
        run('provision', { input: {}, signal }),
      );
      tellSteps('provision', record);
      tellFinding(recorder, 'gateway-provision', findingOf(record));
    },
    prepare: async () => {
      tell({ type: 'progress', text: 'preparing a gateway in the sandbox' });
      // With separate clients: calls that these have cached would be missing in the recordings.
      const { clients } = openSide(side.config, scrubber);
      try {
        const { run } = await open(clients);
        await run('provision', { input: {}, signal });
      } finally {
        await runs?.close();
        runs = undefined;
        await clients.close();
      }
    },
    teardown: async () => {
      if (!isBegun) return;
      tell({ type: 'progress', text: `removing the gateway ${throwAway.name}` });
      await removeAll();
    },
    remove: removeAll,
    close: async () => runs?.close(),
  };
}

function findingOf({ state, events }: RunRecord) {
  const fault = events.find((event) => event.type === 'step_failed');
  if (state.status === 'succeeded') return held('the gateway is up, and its protection is proven');
  if (state.status === 'cancelled') return notObserved('The kit was stopped.');
  return differs(
    fault === undefined
      ? `the run ended as ${state.status}`
      : `${fault.step}: ${fault.fault.code}: ${fault.fault.message}`,
  );
}

/** A cluster of that name which llmgw did not create must stay. */
async function requireUnused({ side, signal }: Recorder): Promise<void> {
  const { projectId, zone, clusterName } = side.context(signal).env.gateway;
  const place = { projectId, location: zone, name: clusterName };
  const cluster = await side.clients.gke.getCluster(place).catch((error: unknown) => {
    // With the API not enabled yet, there is no cluster.
    if (toFault(error).code === 'api_disabled') return undefined;
    throw error;
  });
  if (cluster === undefined) return;
  throw fail('refused', 'not_ours', `A cluster ${clusterName} is in ${zone} already`, {
    next: 'If the kit left it, remove it first: npm run conformance -- --project PROJECT --remove',
  });
}
