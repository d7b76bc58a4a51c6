// Port of jobs to runs, over the run store and the queue.
import type { JobContext } from '../src/job/context.ts';
import { lastOptions, runInput } from '../src/gateway/options.ts';
import { provision } from './provision/runbook.ts';
import { teardown } from './teardown/runbook.ts';
import type { GatewayConfig } from '../src/kernel/config.ts';
import type { RunApproval } from '../src/engine/journal.ts';
import type { Queues } from '../src/engine/queue.ts';
import { type RunStore, withoutUnreadable } from '../src/engine/run-store.ts';
import type { Leases } from './health/watch/store.ts';

export interface RunsPortParts {
  readonly store: RunStore;
  readonly leases: Leases;
  readonly queues: Queues;
  /** The gateway as configured. @throws invalid/unknown_gateway */
  configured(name: string): GatewayConfig;
}

export function createRunsPort({
  store,
  leases,
  queues,
  configured,
}: RunsPortParts): JobContext['runs'] {
  return {
    activeRunId: store.activeRun,
    activeRun: (gateway) => activeRunOf(store, gateway),
    last: (gateway) => lastRun(store, gateway),
    lease: async (gateway) => {
      const lease = await leases.read(gateway);
      return lease?.lapsed === undefined ? lease : undefined;
    },
    options: (gateway) => lastOptions(store, gateway),
    find: async (runId) => (await store.read(runId))?.state,
    provision: async ({ runId, gateway, options, by, approval }) => {
      const input = runInput(configured(gateway), options);
      await queues.startRun({
        runId,
        runbook: provision.name,
        target: gateway,
        input,
        by,
        ...approvedAs(approval),
      });
    },
    teardown: async ({ runId, gateway, removeApps, by, approval }) => {
      await queues.startRun({
        runId,
        runbook: teardown.name,
        target: gateway,
        input: { removeApps },
        by,
        ...approvedAs(approval),
      });
    },
    retry: ({ runId, by, requestId, approval }) => queues.retryRun(runId, by, requestId, approval),
  };
}

const approvedAs = (approval: RunApproval | undefined) =>
  approval === undefined ? {} : { approvedBy: approval.by.user, approval };

async function lastRun(store: RunStore, gateway: string) {
  const [id] = await store.recent({ target: gateway, limit: 1 });
  const record = id === undefined ? undefined : await store.read(id).catch(withoutUnreadable);
  if (id === undefined || record === undefined) return undefined;
  const { request, status, lastEventAt: at } = record.state;
  return { id, runbook: request.runbook, status, at };
}

async function activeRunOf(store: RunStore, gateway: string) {
  const id = await store.activeRun(gateway);
  const state = id === undefined ? undefined : (await store.read(id))?.state;
  if (id === undefined || state === undefined) return undefined;
  const { runbook, by } = state.request;
  return { id, runbook, by, since: state.startedAt };
}
