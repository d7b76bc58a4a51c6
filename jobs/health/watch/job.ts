// Scheduled watch job: gateways, runs and leases in, notices and teardowns out.
import type { Notice } from './notices.ts';
import { lastOptions, leaseIn } from '../../../src/gateway/options.ts';
import type { Envs } from '../../../src/gateway/envs.ts';
import { lastConfigured, observeGateway } from '../status/observe-gateway.ts';
import { watch } from './watch.ts';
import type { WatchContext } from './context.ts';
import type { EndedRun } from './memory.ts';
import type { HomeRefresh } from '../../home/refresh.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { Queues } from '../../../src/engine/queue.ts';
import type { RunState } from '../../../src/engine/journal.ts';
import { type RunStore, withoutUnreadable } from '../../../src/engine/run-store.ts';
import type { PlainJobSpec } from '../../../src/engine/worker-options.ts';
import type { WatchStore } from './store.ts';

export interface WatchParts {
  readonly gateways: readonly string[];
  readonly env: Envs['envs'];
  readonly store: RunStore;
  readonly kept: WatchStore;
  readonly queues: Pick<Queues, 'startRun'>;
  /** Runbooks that need an approver. */
  readonly requiresApproval: readonly string[];
  readonly whyNotToEnd: WatchContext['whyNotToEnd'];
  /** Open Homes, which show the gateways' states. */
  readonly homes: {
    areWatched(): Promise<boolean>;
    readonly refresh: Pick<HomeRefresh, 'ofEverybody'>;
  };
  tell(channel: string, notice: Notice): Promise<void>;
  tellInstead(user: string, lost: string, notice: Notice): Promise<void>;
  readonly everyMs: number;
  readonly log: Log;
}

export function createWatch(parts: WatchParts): PlainJobSpec {
  const { gateways, env, store, kept, tell, log } = parts;
  const runs = {
    options: (gateway: string) => lastOptions(store, gateway),
    activeRunId: store.activeRun,
  };
  const context: Omit<WatchContext, 'signal'> = {
    gateways,
    observe: async (name, signal) =>
      observeGateway({ runs, log, signal }, await lastConfigured({ env, runs }, name), 'glance'),
    activeRun: async (gateway) => {
      const run = await store.activeRun(gateway);
      const record = run === undefined ? undefined : await store.read(run);
      if (run === undefined || record === undefined) return undefined;
      return { run, runbook: record.state.request.runbook };
    },
    endedRuns: (gateway) => endedRuns(store, gateway),
    startTeardown: ({ id, lease }) =>
      parts.queues.startRun({
        runId: id,
        runbook: 'teardown',
        target: lease.gateway,
        input: {},
        // The lease's requester is accountable for its end.
        by: lease.by,
        ...(lease.approvedBy === undefined ? {} : { approvedBy: lease.approvedBy.user }),
        origin: 'lease',
      }),
    teardownNeedsApprover: parts.requiresApproval.includes('teardown'),
    whyNotToEnd: parts.whyNotToEnd,
    wasStarted: async (id) => (await store.request(id)) !== undefined,
    memory: kept.memory,
    saveMemory: kept.saveMemory,
    leases: kept.leases,
    subscriptions: kept.subscriptions.all,
    subscriber: kept.subscriptions.ownerOf,
    unsubscribe: (channel) => kept.subscriptions.set(channel, []),
    tell,
    tellInstead: parts.tellInstead,
    homesAreWatched: parts.homes.areWatched,
    refreshHomes: parts.homes.refresh.ofEverybody,
    now: Date.now,
    log,
  };
  return {
    concurrency: 1,
    everyMs: parts.everyMs,
    run: (_job, signal) => watch({ ...context, signal }),
  };
}

/** More runs than anyone starts between two observations. */
const lookBack = 5;

async function endedRuns(store: RunStore, gateway: string): Promise<EndedRun[]> {
  const ids = await store.recent({ target: gateway, limit: lookBack });
  const records = await Promise.all(ids.map((id) => store.read(id).catch(withoutUnreadable)));
  return records
    .flatMap((record) => (record === undefined ? [] : toEnded(record.state)))
    .toSorted((a, b) => a.at - b.at);
}

function toEnded({ request, status, endedAt: at, approval, retriedBy }: RunState): EndedRun[] {
  const { runId: id, runbook, input } = request;
  // The person who retried it is accountable for its end.
  const by = retriedBy ?? request.by;
  if (at === undefined) return [];
  if (status !== 'succeeded' && status !== 'failed' && status !== 'cancelled') return [];
  const leaseMs = runbook === 'provision' ? leaseIn(input) : undefined;
  const approvedBy = approval === undefined ? {} : { approvedBy: approval.by };
  return [{ id, runbook, status, at, by, ...approvedBy, leaseMs }];
}
