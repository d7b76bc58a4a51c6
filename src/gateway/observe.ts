// Observation of a gateway by the checks of its runbook.
import { type Json, toFault } from '../kernel/errors.ts';
import { inTime } from '../kernel/in-time.ts';
import type { Log } from '../kernel/log.ts';
import type { Runbook } from '../engine/step.ts';
import { type CheckDepth, type CheckRow, checkAll } from '../engine/check-all.ts';
import { type PodTroubles, judge } from './causes.ts';
import { readEndpoint, readProof } from './endpoint.ts';
import type { ProvisionEnv } from './env.ts';
import type { Observation } from './observation.ts';
import { modelServerRef } from './resources.ts';
import { podsOf } from './rollout.ts';
import { withSharedReads } from './shared-reads.ts';
import { orWithoutCluster } from './without-cluster.ts';

export interface ObserveContext {
  /** The runbook that creates the gateway. */
  readonly runbook: Pick<Runbook<ProvisionEnv>, 'steps' | 'variants'>;
  readonly env: ProvisionEnv;
  /** The input of such a run: it chooses the graph. */
  readonly input: Json;
  /** Author of the observation, as a dry run marks its objects. */
  readonly runId: string;
  /** The active run of the gateway, read last because one may start during the checks. */
  activeRun(): Promise<string | undefined>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Unreadable parts of the checks: a cluster that hangs is not waited for twice. */
const againMs = 3_000;

/**
 * Writes nothing. `glance` is for frequent observations: whether it works now, and unseen drift; it tries once.
 * @throws the signal's reason once it is aborted.
 */
export async function observe(context: ObserveContext, depth: CheckDepth): Promise<Observation> {
  const { runbook, input, runId, log, signal } = context;
  const clients = withSharedReads(context.env.clients, signal);
  const env = { ...context.env, clients };
  const { name: gateway, model } = env.gateway;
  const look = { env, runId, target: gateway, input, signal, log };
  const rows = await checkAll(runbook, look, {
    depth,
    ...(depth === 'glance' ? { tries: 1 } : {}),
  });
  const [troubles, endpoint, proof, modelServer, activeRun] = await Promise.all([
    readTroubles(env, rows, { log, signal }),
    // The checks have read these; on a failure, their rows say so.
    inTime(readEndpoint(env, signal), againMs),
    inTime(readProof(env, signal), againMs),
    inTime(clients.kubernetes(env.gateway).get(modelServerRef), againMs),
    context.activeRun(),
  ]);
  // Another worker has the job now, and reports its own result.
  signal.throwIfAborted();
  const isProven = rows.some(({ part, found }) => part?.role === 'prove' && found.state === 'done');
  return {
    ...judge({ rows, pods: troubles, model, activeRun }),
    gateway,
    rows,
    activeRun,
    model,
    endpoint,
    pods: modelServer === undefined ? undefined : podsOf(modelServer),
    provenAt: isProven ? proof?.at : undefined,
  };
}

/** Pods of objects that exist and are out of sync. Unreadable pods explain nothing. */
async function readTroubles(
  { clients, gateway }: ProvisionEnv,
  rows: readonly CheckRow[],
  { log, signal }: Pick<ObserveContext, 'log' | 'signal'>,
): Promise<PodTroubles> {
  const kubernetes = clients.kubernetes(gateway);
  const read = async ({ id: step, pods, found }: CheckRow) => {
    const isThere =
      found.state === 'drifted' || (found.state === 'needed' && found.why !== 'absent');
    if (pods === undefined || !isThere) return [step, []] as const;
    try {
      const reasons = kubernetes.podReasons(pods.namespace, pods.selector, { signal });
      return [step, await orWithoutCluster(reasons, [])] as const;
    } catch (error) {
      signal.throwIfAborted();
      log.info({ step, err: toFault(error) }, 'pod lookup failed');
      return [step, []] as const;
    }
  };
  return Object.fromEntries(await Promise.all(rows.map(read)));
}
