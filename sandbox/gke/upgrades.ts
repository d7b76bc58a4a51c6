// Automatic GKE upgrades on the cluster's release channel.
import type { Timers } from '../core/timers.ts';
import type { Kubernetes } from '../kubernetes/cluster.ts';
import { clusterKey } from './place.ts';
import type { ClusterRecord, GkeState, OperationRecord, UpgradeType } from './state.ts';

/** Simulated durations; the API of a zonal cluster is unavailable for about this time. */
const durationsMs: Readonly<Record<UpgradeType, number>> = {
  UPGRADE_MASTER: 5 * 60_000,
  UPGRADE_NODES: 15 * 60_000,
};

export interface Upgrades {
  /** Upgrades every running cluster. @returns the number of clusters. */
  startUpgrades(type: UpgradeType): Promise<number>;
  /** Ends all upgrades now, before their simulated time. */
  endUpgrades(): Promise<void>;
  follow(cluster: ClusterRecord, operation: OperationRecord): Promise<void>;
}

export interface UpgradeDeps {
  readonly state: GkeState;
  readonly timers: Timers;
  readonly kubernetes: Pick<Kubernetes, 'setApiAway'>;
  start(cluster: ClusterRecord, type: UpgradeType, durationMs: number): OperationRecord;
  end(operation: OperationRecord): void;
}

const isUpgrade = ({ type }: OperationRecord): boolean =>
  type === 'UPGRADE_MASTER' || type === 'UPGRADE_NODES';

export function createUpgrades({ state, timers, kubernetes, start, end }: UpgradeDeps): Upgrades {
  const finish = async (operation: OperationRecord): Promise<void> => {
    if (operation.status === 'DONE') return;
    const { projectId, location, cluster: name } = operation;
    const cluster = state.clusters[clusterKey({ projectId, location, name })];
    if (cluster !== undefined) {
      await kubernetes.setApiAway(clusterKey(cluster), undefined);
      cluster.status = 'RUNNING';
    }
    end(operation);
  };
  const follow: Upgrades['follow'] = async (cluster, operation) => {
    if (operation.type === 'UPGRADE_MASTER') {
      await kubernetes.setApiAway(clusterKey(cluster), state.upgradeAway ?? 'refused');
    }
    timers.at(operation.due, () => void finish(operation));
  };
  return {
    follow,
    startUpgrades: async (type) => {
      const running = Object.values(state.clusters).filter(({ status }) => status === 'RUNNING');
      for (const cluster of running) {
        cluster.status = 'RECONCILING';
        const { upgradeMinutes } = state;
        const durationMs =
          upgradeMinutes === undefined ? durationsMs[type] : upgradeMinutes * 60_000;
        await follow(cluster, start(cluster, type, durationMs));
      }
      return running.length;
    },
    endUpgrades: async () => {
      await Promise.all(Object.values(state.operations).filter(isUpgrade).map(finish));
    },
  };
}
