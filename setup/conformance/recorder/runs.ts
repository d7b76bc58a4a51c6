// Runs of the production runbooks by the production engine, on the kit's own Redis.
import { boundRunbooks } from '../../../jobs/index.ts';
import { provision } from '../../../jobs/provision/runbook.ts';
import type { Clients } from '../../../src/clients/clients.ts';
import type { JournalEvent } from '../../../src/engine/journal.ts';
import { createQueues } from '../../../src/engine/queue.ts';
import { createRunStore, type RunRecord } from '../../../src/engine/run-store.ts';
import { hasEnded } from '../../../src/engine/run-state.ts';
import { startWorkers } from '../../../src/engine/worker.ts';
import { createEnvs } from '../../../src/gateway/envs.ts';
import type { Config } from '../../../src/kernel/config.ts';
import type { Json } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import { connectRedis } from '../../../src/kernel/redis.ts';
import type { Redactor } from '../../../src/kernel/redaction.ts';
import type { RunStep } from './messages.ts';

const by = { user: 'llmgw', channel: 'conformance' };

export interface Runs {
  /** Resolves once the run has ended. @param signal cancels it; it ends at its next safe point. */
  run(
    runbook: 'provision' | 'teardown',
    given: { readonly input: Json; readonly signal?: AbortSignal },
  ): Promise<RunRecord>;
  close(): Promise<void>;
}

export interface RunsOptions {
  readonly config: Config;
  readonly clients: Clients;
  readonly redactor: Redactor;
  readonly redisUrl: string;
  readonly log: Log;
  readonly onEvent: (runbook: string, event: JournalEvent) => void;
}

export async function openRuns(options: RunsOptions): Promise<Runs> {
  const { config, clients, redactor, redisUrl, log } = options;
  const redis = connectRedis(redisUrl);
  const store = createRunStore(redis);
  const queues = createQueues({ redis, jobs: [] });
  const [target = ''] = Object.keys(config.gateways);
  const ended = new Map<string, () => void>();
  const workers = await startWorkers({
    redis,
    runbooks: boundRunbooks(createEnvs({ config, redactor }, clients, store, provision.steps)),
    jobs: {},
    renderCard: () => Promise.resolve(),
    admit: () => Promise.resolve(undefined),
    listeners: {
      conformance: {
        wants: () => true,
        onRunEvent: async (state, event) => {
          options.onEvent(state.request.runbook, event);
          if (hasEnded(state)) ended.get(state.request.runId)?.();
        },
      },
    },
    log,
  });
  return {
    run: async (runbook, { input, signal }) => {
      const runId = `${runbook}-${target}-${Date.now()}`;
      const ending = new Promise<void>((resolve) => ended.set(runId, resolve));
      const cancel = (): void =>
        void queues.cancelRun(runId, by, 'interrupt').catch(() => undefined);
      await queues.startRun({ runId, runbook, target, input, by });
      signal?.addEventListener('abort', cancel, { once: true });
      if (signal?.aborted === true) cancel();
      await ending;
      signal?.removeEventListener('abort', cancel);
      const record = await store.read(runId);
      if (record === undefined) throw new Error(`Run ${runId} has no journal.`);
      return record;
    },
    close: async () => {
      await workers.stop();
      await queues.close();
      redis.disconnect();
    },
  };
}

/** The records of each step in a run's journal. */
export function stepsOf(runbook: string, { events }: RunRecord): RunStep[] {
  const begun = new Map<string, number>();
  const seen = new Map<string, string[]>();
  const note = (step: string, text: string): void =>
    void seen.set(step, [...(seen.get(step) ?? []), text]);
  const steps: RunStep[] = [];
  const end = (step: string, at: number, outcome: string): void => {
    const seconds = Math.round((at - (begun.get(step) ?? at)) / 1_000);
    steps.push({ runbook, step, outcome, seconds, seen: seen.get(step) ?? [] });
  };
  for (const event of events) {
    if (event.type === 'step_started') begun.set(event.step, event.at);
    else if (event.type === 'step_saw') note(event.step, event.seen);
    else if (event.type === 'step_retrying') {
      note(event.step, `${event.fault.code}: ${event.fault.message}`);
    } else if (event.type === 'step_finished') {
      end(event.step, event.at, event.changed ? 'done' : 'unchanged');
    } else if (event.type === 'step_failed') {
      end(event.step, event.at, `failed (${event.fault.code}: ${event.fault.message})`);
    } else if (event.type === 'step_cancelled') end(event.step, event.at, 'cancelled');
  }
  return steps;
}
