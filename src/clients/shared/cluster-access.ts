// Access to a cluster's API, for its clients. Types only.

export interface ClusterAccess {
  /** `https://host[:port]` */
  readonly server: string;
  /** Base64 of the PEM certificate; empty: the server's certificate has a public authority. */
  readonly caCertificate: string;
}

export interface ClusterAccessSource {
  /** @throws refused/no_cluster while there is none, it has no endpoint yet, or it is being deleted. */
  get(): Promise<ClusterAccess>;
  /** After a failed connection: the cluster may have been recreated. */
  forget(): void;
  /** GKE's own view of the cluster while its API is unreachable; undefined if GKE does not respond. */
  observe?(): Promise<ClusterView | undefined>;
}

export interface ClusterView {
  /** `RUNNING`, `RECONCILING`, …; `MISSING` when there is no such cluster. */
  readonly status: string;
  readonly statusMessage: string;
  /** The operation that GKE runs on it. */
  readonly operation: { readonly name: string; readonly type: string } | undefined;
}
