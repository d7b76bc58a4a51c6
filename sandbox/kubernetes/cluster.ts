// What a sandbox cluster offers to its controllers and to the services beside it: types only.
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

/** In-process door for controllers; every write goes the way of an API write (resourceVersion, generation, watch events, finalizers, garbage collection). */
export interface ObjectStore {
  get(ref: ObjectRef): KubeObject | undefined;
  list(of: { group: string; kind: string; namespace?: string | undefined }): KubeObject[];
  /** Creates; throws when it exists or the kind is not served. */
  create(
    object: Omit<KubeObject, 'metadata'> & { metadata: Partial<ObjectMeta> & { name: string } },
  ): KubeObject;
  /** Replaces all but status with what `change` makes of it; no-op (no event) when nothing changes. */
  update(ref: ObjectRef, change: (object: KubeObject) => void): KubeObject | undefined;
  /** Replaces status only; no-op when nothing changes. */
  updateStatus(ref: ObjectRef, change: (object: KubeObject) => void): KubeObject | undefined;
  delete(ref: ObjectRef): void;
  /** Is this kind served here now (built in, or by an installed CRD)? */
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
  /** Simulated time after which the addon manager has installed its definitions; absent: with the cluster. */
  readonly addonsAfterMs?: number;
}

/** What a container has written; undefined when it has not run (or has no earlier run). */
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
  /** No container runs here: whoever plays them tells what they have written. Returns what ends that. */
  tellLogs(source: LogSource): () => void;
}

export interface Kubernetes {
  /** Starts a cluster's API server; restores its objects from the state when it existed before. */
  create(spec: ClusterSpec): Promise<Cluster>;
  get(id: string): Cluster | undefined;
  list(): readonly Cluster[];
  delete(id: string): Promise<void>;
  /** How the cluster's endpoint behaves while its server is away; undefined: it is back. Objects stay, nodes work on. */
  setApiAway(id: string, away: AwayKind | undefined): Promise<void>;
  /** In every cluster all watches end; who comes back may go on. */
  endWatches(): void;
  /** In every cluster all watches end, and what was seen before is too old to go on from. */
  expireWatches(): void;
  /** Called for every cluster now and later; the function it returns is called when the cluster goes. */
  onCluster(start: (cluster: Cluster) => () => void): void;
}
