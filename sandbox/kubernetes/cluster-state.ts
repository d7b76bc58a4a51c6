// Stored state of a cluster.
import type { ClusterSpec, KubeObject } from './cluster.ts';

export interface KubernetesState {
  clusters: Record<string, ClusterState>;
}

export interface ClusterState {
  spec: ClusterSpec;
  certificate: { cert: string; key: string };
  /** The last assigned resourceVersion. */
  revision: number;
  /** By `Kind.group`, then by `namespace/name`. */
  objects: Record<string, Record<string, KubeObject>>;
  /** Stored writes over the API, by field manager; excludes dry runs and the sandbox's own controllers. */
  writes: Record<string, number>;
}
