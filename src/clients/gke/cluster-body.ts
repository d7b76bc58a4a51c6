// GKE's request body for a cluster, and its parsed answers. Pure.
import type { z } from 'zod';
import type { Cluster, ClusterOperation, ClusterPlace, ClusterSpec } from './client.ts';
import type { cluster, operation } from './schema.ts';

/** gcloud's default scopes of nodes. */
const oauthScopes = [
  'https://www.googleapis.com/auth/devstorage.read_only',
  'https://www.googleapis.com/auth/logging.write',
  'https://www.googleapis.com/auth/monitoring',
  'https://www.googleapis.com/auth/servicecontrol',
  'https://www.googleapis.com/auth/service.management.readonly',
  'https://www.googleapis.com/auth/trace.append',
];

/** Numbers of google.container.v1.MonitoringComponentConfig.Component: the library's types take no names in lists. */
const components = { SYSTEM_COMPONENTS: 1, DCGM: 15 } as const;

export function toClusterBody(spec: ClusterSpec) {
  return {
    name: spec.name,
    network: spec.network,
    subnetwork: spec.subnetwork,
    resourceLabels: { ...spec.labels },
    networkConfig: { gatewayApiConfig: { channel: spec.gatewayApiChannel } },
    workloadIdentityConfig: { workloadPool: spec.workloadPool },
    releaseChannel: { channel: spec.releaseChannel },
    monitoringConfig: {
      componentConfig: { enableComponents: spec.monitoring.map((name) => components[name]) },
    },
    nodePools: [
      {
        name: 'default-pool',
        initialNodeCount: spec.nodeCount,
        config: { machineType: spec.machineType, diskType: spec.diskType, oauthScopes },
      },
    ],
  };
}

export function toCluster(place: ClusterPlace, answer: z.infer<typeof cluster>): Cluster {
  return {
    ...place,
    id: answer.id,
    status: answer.status,
    statusMessage: messageOf(answer),
    ...endpointOf(answer),
    version: answer.currentMasterVersion,
    labels: answer.resourceLabels ?? {},
    network: answer.network,
    subnetwork: answer.subnetwork,
    workloadPool: answer.workloadIdentityConfig?.workloadPool ?? '',
    hasGatewayApi: answer.networkConfig?.gatewayApiConfig?.channel === 'CHANNEL_STANDARD',
    nodePools: (answer.nodePools ?? []).map((pool) => ({
      name: pool.name,
      status: pool.status,
      statusMessage: messageOf(pool),
      machineType: pool.config?.machineType ?? '',
      nodeCount: pool.initialNodeCount ?? 0,
    })),
  };
}

/** The deprecated field and its successor agree, or one of them is empty. */
function messageOf({
  statusMessage,
  conditions,
}: Pick<z.infer<typeof cluster>, 'statusMessage' | 'conditions'>): string {
  const messages = [statusMessage, ...(conditions ?? []).map(({ message }) => message)];
  return [...new Set(messages)].filter((text) => text !== '').join('; ');
}

/** The IP endpoint, else the DNS endpoint, whose certificate is signed by a public authority. */
function endpointOf({
  endpoint,
  masterAuth,
  controlPlaneEndpointsConfig: config,
}: z.infer<typeof cluster>): Pick<Cluster, 'endpoint' | 'caCertificate' | 'endpointProblem'> {
  const ip = config?.ipEndpointsConfig;
  const dns = config?.dnsEndpointConfig;
  const isPrivate =
    endpoint !== '' && ip?.enablePublicEndpoint === false && endpoint === ip.privateEndpoint;
  const hasIp = endpoint !== '' && ip?.enabled !== false;
  const caCertificate = masterAuth?.clusterCaCertificate ?? '';
  const isDnsOpen = dns?.allowExternalTraffic === true && dns.endpoint !== '';
  if (isDnsOpen && (!hasIp || isPrivate)) return { endpoint: dns.endpoint, caCertificate: '' };
  if (hasIp) return { endpoint, caCertificate };
  const isDnsClosed = dns !== null && dns !== undefined && dns.endpoint !== '';
  return {
    endpoint: '',
    caCertificate,
    ...(isDnsClosed && ip?.enabled === false ? { endpointProblem: 'dns_closed' } : {}),
  };
}

export function toOperation(answer: z.infer<typeof operation>): ClusterOperation {
  const message = answer.error?.message ?? '';
  return {
    name: answer.name,
    type: answer.operationType,
    status: answer.status,
    cluster: /\/clusters\/([^/]+)/.exec(answer.targetLink)?.[1] ?? '',
    detail: answer.detail,
    startedAt: answer.startTime,
    error: failureOf(message === '' ? answer.statusMessage : message, answer.error?.code ?? 0),
  };
}

function failureOf(message: string, code: number): string | undefined {
  if (message !== '') return message;
  return code === 0 ? undefined : `the operation failed with code ${code}`;
}
