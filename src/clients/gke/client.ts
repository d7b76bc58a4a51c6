// Google Kubernetes Engine over gRPC: create, look at and delete clusters.
export interface ClusterPlace {
  readonly projectId: string;
  /** Zone or region. */
  readonly location: string;
  readonly name: string;
}

export interface ClusterWish extends ClusterPlace {
  readonly network: string;
  readonly subnetwork: string;
  readonly machineType: string;
  readonly nodeCount: number;
  /** Resource labels: lower-case keys, no dots or slashes. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface Cluster extends ClusterPlace {
  readonly id: string;
  readonly status:
    | 'PROVISIONING'
    | 'RUNNING'
    | 'RECONCILING'
    | 'STOPPING'
    | 'ERROR'
    | 'DEGRADED'
    | 'STATUS_UNSPECIFIED';
  /** Why it is in that status, where GKE says. */
  readonly statusMessage: string;
  /** Host or host:port without a scheme; empty in the first moments of a creation. */
  readonly endpoint: string;
  /** Base64 of the PEM certificate. */
  readonly caCertificate: string;
  /** `1.34.1-gke.3899000` */
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly network: string;
  readonly subnetwork: string;
  readonly workloadPool: string;
  readonly hasGatewayApi: boolean;
  readonly nodePools: readonly {
    readonly name: string;
    readonly machineType: string;
    readonly nodeCount: number;
  }[];
}

export interface ClusterOperation {
  /** Short name, `operation-…`. */
  readonly name: string;
  readonly type: string;
  readonly status: 'PENDING' | 'RUNNING' | 'DONE' | 'ABORTING' | 'STATUS_UNSPECIFIED';
  /** Name of the cluster that it works on. */
  readonly cluster: string;
  readonly detail: string;
  readonly startedAt: string;
  /** DONE with an error is a failure: DONE is not success. */
  readonly error: string | undefined;
}

export interface GkeClient {
  /** undefined when there is none. */
  getCluster(place: ClusterPlace): Promise<Cluster | undefined>;
  /** Starts the creation. @throws refused/already_exists when the name is taken: look at it then. */
  createCluster(wish: ClusterWish): Promise<ClusterOperation>;
  /** Starts the deletion; undefined when the cluster is gone already. */
  deleteCluster(place: ClusterPlace): Promise<ClusterOperation | undefined>;
  getOperation(
    place: Omit<ClusterPlace, 'name'>,
    operation: string,
  ): Promise<ClusterOperation | undefined>;
  /** Newest first: finds the running creation after a crash. */
  listOperations(place: ClusterPlace): Promise<ClusterOperation[]>;
  close(): Promise<void>;
}
