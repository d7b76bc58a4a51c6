// Access to a cluster's API, for its clients. Types only.

export interface ClusterAccess {
  /** `https://host[:port]` */
  readonly server: string;
  /** Base64 of the PEM certificate; empty: a public authority has signed the server's. */
  readonly caCertificate: string;
}

export interface ClusterAccessSource {
  /** @throws refused/no_cluster while there is none, it has no endpoint yet, or it is being deleted. */
  get(): Promise<ClusterAccess>;
  /** After a failed connection: the cluster may have been recreated. */
  forget(): void;
  /** GKE's own view of the cluster, for a moment in which its API is away; undefined where GKE does not answer. */
  observe?(): Promise<ClusterView | undefined>;
}

export interface ClusterView {
  /** `RUNNING`, `RECONCILING`, …; `MISSING` when there is no such cluster. */
  readonly status: string;
  readonly statusMessage: string;
  /** The operation that GKE runs on it. */
  readonly operation: { readonly name: string; readonly type: string } | undefined;
}
