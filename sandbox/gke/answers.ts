// GKE's answers in proto form: clusters, operations with progress, server configuration.
import { type Place, resourceName } from './place.ts';
import type { ClusterRecord, NodePool, OperationRecord } from './state.ts';
import { channels, masterVersions } from './versions.ts';

const root = 'https://container.googleapis.com/v1';

export function showCluster(cluster: ClusterRecord): object {
  const { id, name, location, status, version, endpoint, network, subnetwork } = cluster;
  const nodeCount = cluster.nodePools.reduce((sum, pool) => sum + pool.nodeCount, 0);
  const hasNodes = ['RUNNING', 'RECONCILING', 'DEGRADED'].includes(status);
  return {
    id,
    name,
    description: cluster.description,
    location,
    zone: location,
    locations: [location],
    status,
    statusMessage: cluster.conditions.map((condition) => condition.message).join('; '),
    conditions: cluster.conditions,
    selfLink: `${root}/${resourceName(cluster, 'clusters', name)}`,
    createTime: cluster.createdAt,
    network,
    subnetwork,
    networkConfig: {
      network: `projects/${cluster.projectId}/global/networks/${network}`,
      gatewayApiConfig: { channel: cluster.gatewayApiChannel },
    },
    resourceLabels: cluster.labels,
    releaseChannel: { channel: cluster.releaseChannel },
    initialClusterVersion: version,
    currentMasterVersion: version,
    currentNodeVersion: version,
    currentNodeCount: hasNodes ? nodeCount : 0,
    nodePools: cluster.nodePools.map((pool) => showNodePool(cluster, pool)),
    ...showEndpoints(cluster, endpoint),
    masterAuth: { clusterCaCertificate: cluster.caCertificate },
    monitoringConfig: { componentConfig: { enableComponents: cluster.monitoring } },
    ...(cluster.workloadPool === ''
      ? {}
      : { workloadIdentityConfig: { workloadPool: cluster.workloadPool } }),
  };
}

/** A disabled IP endpoint leaves the old field empty. */
function showEndpoints({ endpoints }: ClusterRecord, endpoint: string): object {
  if (endpoints === undefined) return { endpoint };
  const dnsEndpointConfig = { endpoint, allowExternalTraffic: endpoints === 'dns_only' };
  return {
    endpoint: '',
    controlPlaneEndpointsConfig: { dnsEndpointConfig, ipEndpointsConfig: { enabled: false } },
  };
}

function showNodePool(cluster: ClusterRecord, pool: NodePool): object {
  const { name, nodeCount, machineType, diskType, diskSizeGb, oauthScopes } = pool;
  return {
    name,
    initialNodeCount: nodeCount,
    config: { machineType, diskType, diskSizeGb, oauthScopes },
    version: cluster.version,
    status: pool.status ?? (cluster.status === 'DEGRADED' ? 'RUNNING' : cluster.status),
    statusMessage: pool.statusMessage ?? '',
    selfLink: `${root}/${resourceName(cluster, 'clusters', cluster.name)}/nodePools/${name}`,
  };
}

export function showOperation(operation: OperationRecord, now: number): object {
  const { name, type, status, detail, location, startedAt, endedAt, error, cluster } = operation;
  return {
    name,
    zone: location,
    location,
    operationType: type,
    status,
    detail,
    statusMessage: error?.message ?? '',
    selfLink: `${root}/${resourceName(operation, 'operations', name)}`,
    targetLink: `${root}/${resourceName(operation, 'clusters', cluster)}`,
    startTime: new Date(startedAt).toISOString(),
    endTime: endedAt === undefined ? '' : new Date(endedAt).toISOString(),
    progress: showProgress(operation, now),
    ...(error === undefined ? {} : { error }),
  };
}

const stagesOf = {
  CREATE_CLUSTER: ['CONFIGURING', 'DEPLOYING'],
  DELETE_CLUSTER: ['DELETING'],
  UPGRADE_MASTER: ['UPGRADING'],
  UPGRADE_NODES: ['UPGRADING'],
} as const satisfies Record<OperationRecord['type'], readonly string[]>;

/** Progress of each stage, for the console. */
function showProgress(operation: OperationRecord, now: number): object {
  const { name, status, startedAt, due, type } = operation;
  const through = status === 'DONE' ? 1 : Math.min(1, (now - startedAt) / (due - startedAt));
  const stages = stagesOf[type];
  const metrics = stages.flatMap((stage, index) => {
    const share = Math.min(1, Math.max(0, through * stages.length - index));
    return [
      { name: `CLUSTER_${stage}`, intValue: String(Math.floor(share * 10)) },
      { name: `CLUSTER_${stage}_TOTAL`, intValue: '10' },
    ];
  });
  return { name, status, metrics };
}

export function showServerConfig(_place: Place): object {
  return {
    defaultClusterVersion: channels['REGULAR']?.defaultVersion,
    validMasterVersions: masterVersions,
    validNodeVersions: masterVersions,
    defaultImageType: 'COS_CONTAINERD',
    validImageTypes: ['COS_CONTAINERD', 'UBUNTU_CONTAINERD'],
    channels: Object.entries(channels).map(([channel, offer]) => ({ channel, ...offer })),
  };
}
