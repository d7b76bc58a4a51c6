// Google Kubernetes Engine over gRPC: creation, observation and deletion of clusters.
import type { AccessTokens } from '../shared/access-tokens.ts';
import { orMissing } from '../shared/faults.ts';
import { createCallGke } from './call.ts';
import { toCluster, toClusterBody, toOperation } from './cluster-body.ts';
import { cluster as clusterAnswer, operation as operationAnswer, operations } from './schema.ts';

export interface ClusterPlace {
  readonly projectId: string;
  /** Zone or region. */
  readonly location: string;
  readonly name: string;
}

export interface ClusterSpec extends ClusterPlace {
  readonly network: string;
  readonly subnetwork: string;
  readonly machineType: string;
  readonly diskType: string;
  readonly nodeCount: number;
  /** `PROJECT.svc.id.goog` */
  readonly workloadPool: string;
  readonly gatewayApiChannel: 'CHANNEL_STANDARD';
  readonly releaseChannel: 'RAPID' | 'REGULAR' | 'STABLE';
  readonly monitoring: readonly ('SYSTEM_COMPONENTS' | 'DCGM')[];
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
  /** Reason of the status, if GKE gives one. */
  readonly statusMessage: string;
  /** Host or host:port without a scheme; empty in the first moments of a creation. */
  readonly endpoint: string;
  /** Base64 of the PEM certificate; empty for an endpoint with a certificate of a public authority. */
  readonly caCertificate: string;
  /** `dns_closed`: only the DNS endpoint is on, and it takes no traffic from outside. */
  readonly endpointProblem?: 'dns_closed';
  /** `1.34.1-gke.3899000` */
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly network: string;
  readonly subnetwork: string;
  readonly workloadPool: string;
  readonly hasGatewayApi: boolean;
  readonly nodePools: readonly {
    readonly name: string;
    /** `RUNNING`, `RUNNING_WITH_ERROR`, `ERROR`, … */
    readonly status: string;
    /** Reason of the status, if GKE gives one. */
    readonly statusMessage: string;
    readonly machineType: string;
    readonly nodeCount: number;
  }[];
}

export interface ClusterOperation {
  /** Short name, `operation-…`. */
  readonly name: string;
  /** `CREATE_CLUSTER`, `DELETE_CLUSTER`, … */
  readonly type: string;
  readonly status: 'PENDING' | 'RUNNING' | 'DONE' | 'ABORTING' | 'STATUS_UNSPECIFIED';
  /** Name of the cluster that the operation changes. */
  readonly cluster: string;
  readonly detail: string;
  readonly startedAt: string;
  /** DONE with an error is a failure: DONE is not success. */
  readonly error: string | undefined;
}

export interface GkeClient {
  /** undefined when there is none. */
  getCluster(place: ClusterPlace): Promise<Cluster | undefined>;
  /** Starts the creation. @throws refused/already_exists when the name is taken: then read it. */
  createCluster(spec: ClusterSpec): Promise<ClusterOperation>;
  /** Starts the deletion; undefined if the cluster does not exist. */
  deleteCluster(place: ClusterPlace): Promise<ClusterOperation | undefined>;
  getOperation(
    place: Omit<ClusterPlace, 'name'>,
    operation: string,
  ): Promise<ClusterOperation | undefined>;
  /** Operations of one cluster, newest first: finds the running creation after a crash. */
  listOperations(place: ClusterPlace): Promise<ClusterOperation[]>;
  close(): Promise<void>;
}

const readTimeoutMs = 20_000;
const writeTimeoutMs = 45_000;

/** @param url `https://container.googleapis.com`, or `http://host:port` without TLS. */
export function createGkeClient(tokens: AccessTokens, url: string): GkeClient {
  const { call, close } = createCallGke(tokens, url);
  return {
    getCluster: async (place) => {
      const { projectId, name } = place;
      const answer = await orMissing(
        call(
          { doing: `Reading cluster ${name}`, projectId, timeoutMs: readTimeoutMs },
          (client, settings) => client.getCluster({ name: clusterPath(place) }, settings),
          clusterAnswer,
        ),
      );
      return answer === undefined ? undefined : toCluster(place, answer);
    },
    createCluster: async (spec) => {
      const { projectId, name } = spec;
      const answer = await call(
        { doing: `Creating cluster ${name}`, projectId, timeoutMs: writeTimeoutMs, changes: spec },
        (client, settings) =>
          client.createCluster(
            { parent: locationPath(spec), cluster: toClusterBody(spec) },
            settings,
          ),
        operationAnswer,
      );
      return toOperation(answer);
    },
    deleteCluster: async (place) => {
      const { projectId, name } = place;
      const answer = await orMissing(
        call(
          {
            doing: `Deleting cluster ${name}`,
            projectId,
            timeoutMs: writeTimeoutMs,
            changes: place,
          },
          (client, settings) => client.deleteCluster({ name: clusterPath(place) }, settings),
          operationAnswer,
        ),
      );
      return answer === undefined ? undefined : toOperation(answer);
    },
    getOperation: async (place, operation) => {
      const { projectId } = place;
      const answer = await orMissing(
        call(
          { doing: `Reading operation ${operation}`, projectId, timeoutMs: readTimeoutMs },
          (client, settings) =>
            client.getOperation(
              { name: `${locationPath(place)}/operations/${operation}` },
              settings,
            ),
          operationAnswer,
        ),
      );
      return answer === undefined ? undefined : toOperation(answer);
    },
    listOperations: async (place) => {
      const { projectId, name } = place;
      const answer = await call(
        { doing: `Listing the operations on ${name}`, projectId, timeoutMs: readTimeoutMs },
        (client, settings) => client.listOperations({ parent: locationPath(place) }, settings),
        operations,
      );
      return (answer.operations ?? [])
        .map(toOperation)
        .filter((operation) => operation.cluster === name)
        .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
    },
    close,
  };
}

function locationPath(place: Omit<ClusterPlace, 'name'>): string {
  return `projects/${place.projectId}/locations/${place.location}`;
}

function clusterPath(place: ClusterPlace): string {
  return `${locationPath(place)}/clusters/${place.name}`;
}
