// GKE's delayed error for nodes that fail to start, inside a DONE operation.
import type { ClusterRecord } from './state.ts';

export interface NodeTrouble {
  /** Code of the cluster's condition. */
  readonly condition: 'GCE_STOCKOUT' | 'GCE_QUOTA_EXCEEDED';
  readonly message: string;
}

export function stockoutTrouble(cluster: ClusterRecord): NodeTrouble {
  const { projectId, location } = cluster;
  const why = `The zone 'projects/${projectId}/zones/${location}' does not have enough resources available to fulfill the request. '(resource type:compute)'.`;
  return {
    condition: 'GCE_STOCKOUT',
    message: notRunning(cluster, '35m7s', 'ZONE_RESOURCE_POOL_EXHAUSTED', why),
  };
}

/** GKE checks only a region's limits in advance; the limit of all regions fails the machines themselves. */
export function quotaTrouble(cluster: ClusterRecord, limit: number): NodeTrouble {
  const why = `Quota 'CPUS_ALL_REGIONS' exceeded.  Limit: ${limit.toFixed(1)} globally.`;
  return {
    condition: 'GCE_QUOTA_EXCEEDED',
    message: notRunning(cluster, '25.2s', 'GCE_QUOTA_EXCEEDED', why),
  };
}

function notRunning(
  { name, nodePools }: ClusterRecord,
  after: string,
  code: string,
  why: string,
): string {
  const [pool] = nodePools;
  const instance = `gke-${name}-${pool?.name ?? 'default-pool'}`;
  return `Google Compute Engine: Not all instances running in IGM after ${after}. Expected ${pool?.nodeCount ?? 0}, running 0, transitioning 0. Current errors: [${code}]: Instance '${instance}' creation failed: ${why}`;
}
