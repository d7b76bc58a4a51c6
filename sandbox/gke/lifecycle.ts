// Lifecycle of clusters over simulated minutes, resumed after a restart of the sandbox.
import { randomBytes } from 'node:crypto';
import type { SandboxContext } from '../core/context.ts';
import { takeError } from '../core/operation-errors.ts';
import type { Timers } from '../core/timers.ts';
import type { Compute } from '../google/compute/compute.ts';
import type { ClusterSpec, Kubernetes } from '../kubernetes/cluster.ts';
import { nodeAmounts } from './node-quota.ts';
import { type NodeTrouble, quotaTrouble, stockoutTrouble } from './node-trouble.ts';
import { clusterKey, regionAt } from './place.ts';
import type { ClusterRecord, GkeState, OperationRecord } from './state.ts';
import { createUpgrades, type Upgrades } from './upgrades.ts';

/** Simulated durations. */
export const clusterMs = { creation: 7 * 60_000, deletion: 4 * 60_000 } as const;
const acceptedMs = 2_000;
const endpointMs = 20_000;
/** From the API server's start until the addon manager has installed the Gateway API: a minute after RUNNING. */
const addonsAfterMs = clusterMs.creation - endpointMs + 60_000;
/** Time that GKE tries to get machines before it gives up. */
const stockoutMs = 38 * 60_000;

export interface LifecycleDeps {
  readonly kubernetes: Kubernetes;
  readonly compute: Compute;
  /** Called when a cluster with Workload Identity is accepted. */
  readonly onWorkloadPool: (projectId: string) => void;
}

export interface Lifecycle extends Pick<Upgrades, 'startUpgrades' | 'endUpgrades'> {
  startCreation(cluster: ClusterRecord): OperationRecord;
  startDeletion(cluster: ClusterRecord): OperationRecord;
  /** Resumes the stored state: API servers of clusters, running operations. */
  resume(): Promise<void>;
}

export function createLifecycle(
  ctx: SandboxContext,
  state: GkeState,
  timers: Timers,
  deps: LifecycleDeps,
): Lifecycle {
  const { kubernetes, compute } = deps;
  const end = (operation: OperationRecord, error?: OperationRecord['error']): void => {
    operation.status = 'DONE';
    operation.endedAt = ctx.clock.now();
    if (error !== undefined) operation.error = error;
    ctx.changed('gke');
  };
  const serve = async (cluster: ClusterRecord): Promise<void> => {
    const { endpoint, caCertificate } = await kubernetes.create(specOf(cluster));
    cluster.endpoint = endpoint;
    cluster.caCertificate = caCertificate;
    ctx.changed('gke');
  };
  /** A failed start of an API server is a fault of the sandbox: the operation reports it instead of hanging. */
  const failToServe = (
    cluster: ClusterRecord,
    operation: OperationRecord,
    error: unknown,
  ): void => {
    const message = `Internal error: ${error instanceof Error ? error.message : String(error)}`;
    cluster.status = 'ERROR';
    cluster.conditions = [{ code: 'UNKNOWN', canonicalCode: 'INTERNAL', message }];
    end(operation, { code: 13, message });
  };
  const ifStill = (cluster: ClusterRecord, then: () => void) => (): void => {
    if (state.clusters[clusterKey(cluster)]?.id === cluster.id) then();
  };
  /** DONE is not success: the cluster stays in ERROR, and the operation holds the reason. */
  const giveUp = (
    cluster: ClusterRecord,
    operation: OperationRecord,
    trouble: NodeTrouble,
  ): void => {
    const { condition, message } = trouble;
    cluster.status = 'ERROR';
    cluster.conditions = [{ code: condition, canonicalCode: 'RESOURCE_EXHAUSTED', message }];
    compute.release(cluster.projectId, clusterKey(cluster));
    end(operation, { code: 8, message });
  };
  const settle = (cluster: ClusterRecord, operation: OperationRecord): void => {
    if (operation.status === 'DONE') return;
    const lacking = cluster.nodePools.find((pool) =>
      compute.isStockedOut(cluster.projectId, cluster.location, pool.machineType),
    );
    const lastTry = operation.startedAt + ctx.clock.scaled(stockoutMs);
    const limit = compute.globalShortage(cluster.projectId, clusterKey(cluster));
    if (limit !== undefined) {
      giveUp(cluster, operation, quotaTrouble(cluster, limit));
    } else if (lacking === undefined) {
      cluster.status = 'RUNNING';
      end(operation);
    } else if (ctx.clock.now() < lastTry) {
      operation.due = lastTry;
      timers.at(
        lastTry,
        ifStill(cluster, () => settle(cluster, operation)),
      );
    } else {
      giveUp(cluster, operation, stockoutTrouble(cluster));
    }
  };
  const followCreation = (cluster: ClusterRecord, operation: OperationRecord): void => {
    const { startedAt, due } = operation;
    const accepted = startedAt + ctx.clock.scaled(acceptedMs);
    timers.at(accepted, () => {
      if (operation.status === 'PENDING') operation.status = 'RUNNING';
      ctx.changed('gke');
    });
    if (cluster.endpoint === '') {
      const reachable = startedAt + ctx.clock.scaled(endpointMs);
      timers.at(
        reachable,
        ifStill(cluster, () => {
          serve(cluster).catch((error: unknown) => failToServe(cluster, operation, error));
        }),
      );
    }
    timers.at(
      due,
      ifStill(cluster, () => settle(cluster, operation)),
    );
  };
  const followDeletion = (cluster: ClusterRecord, operation: OperationRecord): void => {
    timers.at(operation.due, () => {
      const error = takeError(state, operation.type);
      if (error !== undefined) {
        cluster.status = 'ERROR';
        cluster.conditions = [
          { code: 'UNKNOWN', canonicalCode: 'UNKNOWN', message: error.message },
        ];
        return end(operation, error);
      }
      void kubernetes.delete(clusterKey(cluster)).then(() => {
        compute.release(cluster.projectId, clusterKey(cluster));
        delete state.clusters[clusterKey(cluster)];
        end(operation);
      });
    });
  };
  const start = (
    cluster: ClusterRecord,
    type: OperationRecord['type'],
    durationMs: number,
  ): OperationRecord => {
    const { projectId, location, name } = cluster;
    const operation: OperationRecord = {
      name: `operation-${ctx.clock.now()}-${randomBytes(4).toString('hex')}`,
      projectId,
      location,
      cluster: name,
      type,
      status: type === 'CREATE_CLUSTER' ? 'PENDING' : 'RUNNING',
      detail: '',
      startedAt: ctx.clock.now(),
      due: timers.due(durationMs),
    };
    state.operations[operation.name] = operation;
    ctx.changed('gke');
    return operation;
  };
  const upgrades = createUpgrades({ state, timers, kubernetes, start, end });
  return {
    ...upgrades,
    startCreation: (cluster) => {
      state.clusters[clusterKey(cluster)] = cluster;
      compute.hold(cluster.projectId, clusterKey(cluster), {
        region: regionAt(cluster.location) ?? cluster.location,
        network: cluster.network,
        subnetwork: cluster.subnetwork,
        amounts: nodeAmounts(compute, cluster),
      });
      if (cluster.workloadPool !== '') deps.onWorkloadPool(cluster.projectId);
      const operation = start(cluster, 'CREATE_CLUSTER', clusterMs.creation);
      followCreation(cluster, operation);
      return operation;
    },
    startDeletion: (cluster) => {
      cluster.status = 'STOPPING';
      const operation = start(cluster, 'DELETE_CLUSTER', clusterMs.deletion);
      followDeletion(cluster, operation);
      return operation;
    },
    resume: async () => {
      const known = Object.values(state.clusters);
      await Promise.all(known.filter((cluster) => cluster.endpoint !== '').map(serve));
      for (const operation of Object.values(state.operations)) {
        const { projectId, location, cluster: name } = operation;
        const cluster = state.clusters[clusterKey({ projectId, location, name })];
        if (operation.status === 'DONE' || cluster === undefined) continue;
        if (operation.type === 'CREATE_CLUSTER') followCreation(cluster, operation);
        else if (operation.type === 'DELETE_CLUSTER') followDeletion(cluster, operation);
        else await upgrades.follow(cluster, operation);
      }
    },
  };
}

function specOf(cluster: ClusterRecord): ClusterSpec {
  const { projectId, location, name, version, network, subnetwork, nodePools } = cluster;
  return {
    projectId,
    location,
    name,
    version,
    network,
    subnetwork,
    nodes: {
      count: nodePools.reduce((sum, pool) => sum + pool.nodeCount, 0),
      machineType: nodePools[0]?.machineType ?? '',
    },
    workloadPool: cluster.workloadPool === '' ? undefined : cluster.workloadPool,
    gatewayApi: cluster.gatewayApiChannel === 'CHANNEL_STANDARD',
    addonsAfterMs,
  };
}
