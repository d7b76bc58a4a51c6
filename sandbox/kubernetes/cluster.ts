// Types of a sandbox cluster for its controllers and other services.
import type { AwayKind } from './server/away-server.ts';

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: unknown[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

export interface ObjectRef {
  /** '' for core. */
  readonly group: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface ChangeEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** In-process access for controllers; writes act like API writes (resourceVersion, generation, watch events, finalizers, garbage collection). */
export interface ObjectStore {
  get(ref: ObjectRef): KubeObject | undefined;
  list(of: { group: string; kind: string; namespace?: string | undefined }): KubeObject[];
  /** Creates; throws when it exists or the kind is not served. */
  create(
    object: Omit<KubeObject, 'metadata'> & { metadata: Partial<ObjectMeta> & { name: string } },
  ): KubeObject;
  /** Replaces everything but status with the result of `change`; no-op (no event) without a change. */
  update(ref: ObjectRef, change: (object: KubeObject) => void): KubeObject | undefined;
  /** Replaces status only; no-op without a change. */
  updateStatus(ref: ObjectRef, change: (object: KubeObject) => void): KubeObject | undefined;
  delete(ref: ObjectRef): void;
  /** True for a kind that is served now (built in, or by an installed CRD). */
  serves(group: string, kind: string): boolean;
  onChange(listener: (event: ChangeEvent) => void): () => void;
}

export interface ClusterSpec {
  readonly projectId: string;
  readonly location: string;
  readonly name: string;
  readonly version: string;
  readonly network: string;
  readonly subnetwork: string;
  readonly nodes: { readonly count: number; readonly machineType: string };
  readonly workloadPool: string | undefined;
  readonly gatewayApi: boolean;
  /** Simulated delay until the addon manager installs its definitions; absent: with the cluster. */
  readonly addonsAfterMs?: number;
}

/** A container's log; undefined when it has not run (or has no earlier run). */
export type LogSource = (
  pod: KubeObject,
  container: string,
  previous: boolean,
) => string | undefined;

export interface Cluster {
  /** `projects/P/locations/L/clusters/N`. */
  readonly id: string;
  readonly spec: ClusterSpec;
  /** `127.0.0.1:PORT`, served over TLS. */
  readonly endpoint: string;
  /** Base64 of the PEM certificate, as in masterAuth.clusterCaCertificate. */
  readonly caCertificate: string;
  readonly store: ObjectStore;
  /** Sets the source of container logs, as no container runs here. Returns its remove function. */
  tellLogs(source: LogSource): () => void;
}

export interface Kubernetes {
  /** Starts a cluster's API server; restores the objects of an existing cluster from the state. */
  create(spec: ClusterSpec): Promise<Cluster>;
  get(id: string): Cluster | undefined;
  list(): readonly Cluster[];
  delete(id: string): Promise<void>;
  /** Behaviour of the cluster's endpoint while its server is away; undefined: it is back. Objects and nodes stay. */
  setApiAway(id: string, away: AwayKind | undefined): Promise<void>;
  /** Ends all watches of every cluster; clients may resume. */
  endWatches(): void;
  /** Ends all watches of every cluster and expires their history, so that clients cannot resume. */
  expireWatches(): void;
  /** Calls `start` for every present and future cluster, and its result at the cluster's deletion. */
  onCluster(start: (cluster: Cluster) => () => void): void;
}
