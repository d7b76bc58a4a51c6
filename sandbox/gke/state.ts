// What GKE holds: clusters and the operations on them, plain JSON.
import type { FailsOperations } from '../core/operation-errors.ts';
import type { AwayKind } from '../kubernetes/server/away-server.ts';

/** `operationErrors` are of the kind `DELETE_CLUSTER`. */
export interface GkeState extends FailsOperations {
  /** By full name, `projects/P/locations/L/clusters/N`. */
  clusters: Record<string, ClusterRecord>;
  /** By short name, `operation-…`. */
  operations: Record<string, OperationRecord>;
  /** How long upgrades take, simulated; absent: as long as usual. */
  upgradeMinutes?: number;
  /** How GKE refuses while an operation runs; absent: in its usual words. `{operation}` is its name. */
  busyRefusal?: { code: number; message: string };
  /** How the API's address behaves in an upgrade of the control plane; absent: nobody listens. */
  upgradeAway?: AwayKind;
}

export interface ClusterRecord {
  /** Unique among all clusters that ever were. */
  id: string;
  projectId: string;
  location: string;
  name: string;
  status: 'PROVISIONING' | 'RUNNING' | 'RECONCILING' | 'STOPPING' | 'ERROR' | 'DEGRADED';
  conditions: { code: string; canonicalCode: string; message: string }[];
  version: string;
  createdAt: string;
  network: string;
  subnetwork: string;
  description: string;
  labels: Record<string, string>;
  /** '' without Workload Identity. */
  workloadPool: string;
  /** CHANNEL_STANDARD, CHANNEL_DISABLED … */
  gatewayApiChannel: string;
  releaseChannel: string;
  monitoring: string[];
  nodePools: NodePool[];
  /** Which endpoints the control plane has; absent: the IP endpoint. */
  endpoints?: 'dns_only' | 'dns_closed';
  /** `127.0.0.1:PORT`; '' in the first seconds. */
  endpoint: string;
  caCertificate: string;
}

export interface NodePool {
  name: string;
  nodeCount: number;
  machineType: string;
  diskType: string;
  diskSizeGb: number;
  oauthScopes: string[];
  /** Absent: the cluster's own. */
  status?: ClusterRecord['status'] | 'RUNNING_WITH_ERROR';
  statusMessage?: string;
}

/** An upgrade of the control plane takes a zonal cluster's API away; one of the nodes does not. */
export type UpgradeType = 'UPGRADE_MASTER' | 'UPGRADE_NODES';

export interface OperationRecord {
  name: string;
  projectId: string;
  location: string;
  /** Short name of the cluster that it works on. */
  cluster: string;
  type: 'CREATE_CLUSTER' | 'DELETE_CLUSTER' | UpgradeType;
  status: 'PENDING' | 'RUNNING' | 'DONE' | 'ABORTING';
  detail: string;
  /** Real ms since the epoch. */
  startedAt: number;
  /** Real ms since the epoch at which it is expected to end. */
  due: number;
  endedAt?: number;
  /** Present on a DONE that failed: DONE is not success. */
  error?: { code: number; message: string };
}
