// Quota use of a cluster's nodes in a region, and GKE's quota error.
import { status } from '@grpc/grpc-js';
import type { Compute } from '../google/compute/compute.ts';
import { regionAt } from './place.ts';
import { Refusal } from './refusal.ts';
import type { ClusterRecord } from './state.ts';

/** Metric -> amount, e.g. `{ C2_CPUS: 48, INSTANCES: 3 … }`. */
export function nodeAmounts(compute: Compute, cluster: ClusterRecord): Record<string, number> {
  const amounts: Record<string, number> = {};
  const add = (metric: string, amount: number): void => {
    amounts[metric] = (amounts[metric] ?? 0) + amount;
  };
  for (const pool of cluster.nodePools) {
    const machine = compute.machineType(pool.machineType);
    if (machine !== undefined) add(machine.metric, machine.cpus * pool.nodeCount);
    add('INSTANCES', pool.nodeCount);
    add('IN_USE_ADDRESSES', pool.nodeCount);
    const disks = pool.diskType === 'pd-standard' ? 'DISKS_TOTAL_GB' : 'SSD_TOTAL_GB';
    add(disks, pool.diskSizeGb * pool.nodeCount);
  }
  return amounts;
}

/** @throws Refusal with the first quota that the nodes exceed. */
export function assertRoomForNodes(compute: Compute, cluster: ClusterRecord): void {
  const region = regionAt(cluster.location) ?? cluster.location;
  const { projectId } = cluster;
  const shortage = compute.shortage(projectId, region, nodeAmounts(compute, cluster));
  if (shortage === undefined) return;
  const { metric, required, limit, available } = shortage;
  const one = (amount: number): string => amount.toFixed(1);
  throw new Refusal(
    status.PERMISSION_DENIED,
    `Insufficient regional quota to satisfy request: resource "${metric}": request requires '${one(required)}' and is short '${one(required - available)}'. project has a quota of '${one(limit)}' with '${one(available)}' available. View and manage quotas at https://console.cloud.google.com/iam-admin/quotas?usage=USED&project=${projectId}.`,
  );
}
