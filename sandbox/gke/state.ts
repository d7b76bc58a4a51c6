// GKE's state: clusters and their operations as plain JSON.
import type { FailsOperations } from '../core/operation-errors.ts';
import type { AwayKind } from '../kubernetes/server/away-server.ts';

/** `operationErrors` has the kind `DELETE_CLUSTER`. */
export interface GkeState extends FailsOperations {
  /** By full name, `projects/P/locations/L/clusters/N`. */
  clusters: Record<string, ClusterRecord>;
  /** By short name, `operation-…`. */
  operations: Record<string, OperationRecord>;
  /** Simulated duration of upgrades; absent: the default. */
  upgradeMinutes?: number;
  /** GKE's error while an operation runs; absent: the default text. `{operation}` is its name. */
  busyRefusal?: { code: number; message: string };
  /** Behaviour of the API's address in a control plane upgrade; absent: connections are refused. */
  upgradeAway?: AwayKind;
}

export interface ClusterRecord {
  /** Unique among all present and past clusters. */
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
  /** Enabled endpoints of the control plane; absent: the IP endpoint. */
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

/** A control plane upgrade makes a zonal cluster's API unavailable; a node upgrade does not. */
export type UpgradeType = 'UPGRADE_MASTER' | 'UPGRADE_NODES';

export interface OperationRecord {
  name: string;
  projectId: string;
  location: string;
  /** Short name of the operation's cluster. */
  cluster: string;
  type: 'CREATE_CLUSTER' | 'DELETE_CLUSTER' | UpgradeType;
  status: 'PENDING' | 'RUNNING' | 'DONE' | 'ABORTING';
  detail: string;
  /** Real ms since the epoch. */
  startedAt: number;
  /** Expected end, real ms since the epoch. */
  due: number;
  endedAt?: number;
  /** Present on a failed operation that is DONE: DONE is not success. */
  error?: { code: number; message: string };
}
