// What is kept of a cluster across restarts.
import type { ClusterSpec, KubeObject } from './cluster.ts';

export interface KubernetesState {
  clusters: Record<string, ClusterState>;
}

export interface ClusterState {
  spec: ClusterSpec;
  certificate: { cert: string; key: string };
  /** The last resourceVersion given. */
  revision: number;
  /** By `Kind.group`, then by `namespace/name`. */
  objects: Record<string, Record<string, KubeObject>>;
  /** Writes that reached the store over the API, by field manager; dry runs and the sandbox's own controllers are not counted. */
  writes: Record<string, number>;
}
