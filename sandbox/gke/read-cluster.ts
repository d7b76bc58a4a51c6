// The requested cluster of a CreateCluster call, validated by GKE's rules.
import { randomBytes } from 'node:crypto';
import type { Compute } from '../google/compute/compute.ts';
import { type Place, type Request, regionAt } from './place.ts';
import { invalid } from './refusal.ts';
import type { ClusterRecord, NodePool } from './state.ts';
import { chooseVersion } from './versions.ts';

/** @throws Refusal for an invalid name, version, network or machine type, before the operation starts. */
export function readCluster(
  compute: Compute,
  place: Place,
  asked: Request,
  now: number,
): ClusterRecord {
  const name = text(asked['name']);
  if (!/^[a-z][-a-z0-9]{0,38}[a-z0-9]$/.test(name)) {
    throw invalid(
      `Invalid value for field "cluster.name": "${name}". Must be 1-40 characters, lowercase letters, digits and hyphens, starting with a letter and ending with a letter or digit.`,
    );
  }
  const region = regionAt(place.location);
  if (region === undefined) throw invalid(`Location "${place.location}" does not exist.`);
  const network = readNetwork(compute, place, region, asked);
  const releaseChannel = text(record(asked['releaseChannel'])['channel'], 'REGULAR');
  const version = text(asked['initialClusterVersion']);
  return {
    id: randomBytes(32).toString('hex'),
    ...place,
    name,
    status: 'PROVISIONING',
    conditions: [],
    version: chooseVersion(version, releaseChannel),
    createdAt: new Date(now).toISOString(),
    ...network,
    description: text(asked['description']),
    labels: asked['resourceLabels'] as Record<string, string>,
    workloadPool: readWorkloadPool(place, asked),
    gatewayApiChannel: text(
      record(record(asked['networkConfig'])['gatewayApiConfig'])['channel'],
      'CHANNEL_DISABLED',
    ),
    releaseChannel,
    monitoring: readMonitoring(asked),
    nodePools: readNodePools(compute, place, asked),
    endpoint: '',
    caCertificate: '',
  };
}

function readNetwork(
  compute: Compute,
  { projectId }: Place,
  region: string,
  asked: Request,
): { network: string; subnetwork: string } {
  const network = lastSegment(text(asked['network'], 'default'));
  if (!compute.hasNetwork(projectId, network)) {
    throw invalid(`Network "${network}" does not exist.`);
  }
  const subnetwork = lastSegment(text(asked['subnetwork'], network));
  if (!compute.hasSubnetwork(projectId, region, subnetwork)) {
    throw invalid(`Subnetwork "${subnetwork}" does not exist in region "${region}".`);
  }
  return { network, subnetwork };
}

function readWorkloadPool({ projectId }: Place, asked: Request): string {
  const pool = text(record(asked['workloadIdentityConfig'])['workloadPool']);
  const only = `${projectId}.svc.id.goog`;
  if (pool === '' || pool === only) return pool;
  throw invalid(
    `Currently, the only supported WorkloadPool for cluster is "${only}"; got "${pool}".`,
  );
}

function readMonitoring(asked: Request): string[] {
  const { componentConfig } = record(asked['monitoringConfig']);
  const components = record(componentConfig)['enableComponents'];
  const names = Array.isArray(components) ? components.map(String) : [];
  if (names.length > 0 && !names.includes('SYSTEM_COMPONENTS')) {
    throw invalid('Must include system monitoring if any monitoring is enabled.');
  }
  return names;
}

function readNodePools(compute: Compute, place: Place, asked: Request): NodePool[] {
  const pools = Array.isArray(asked['nodePools']) ? (asked['nodePools'] as Request[]) : [];
  const initial = Number(asked['initialNodeCount'] ?? 0);
  if (pools.length > 0 && initial > 0) {
    throw invalid('Cluster.initial_node_count and Cluster.node_pools cannot both be specified.');
  }
  const simple = { name: 'default-pool', initialNodeCount: initial, config: asked['nodeConfig'] };
  const read = pools.length === 0 ? [simple] : pools;
  return read.map((pool: Request) => readNodePool(compute, place, pool));
}

function readNodePool(compute: Compute, { location }: Place, pool: Request): NodePool {
  const config = record(pool['config']);
  const nodeCount = Number(pool['initialNodeCount'] ?? 0);
  const name = text(pool['name']);
  if (nodeCount < 1) throw invalid('Node pool initial_node_count must be greater than zero.');
  if (name === '') throw invalid('Node pool name must be set.');
  const machineType = text(config['machineType'], 'e2-medium');
  if (compute.machineType(machineType) === undefined) {
    throw invalid(`Machine type with name '${machineType}' does not exist in zone '${location}'.`);
  }
  const scopes = config['oauthScopes'];
  return {
    name,
    nodeCount,
    machineType,
    diskType: text(config['diskType'], 'pd-balanced'),
    diskSizeGb: Number(config['diskSizeGb'] ?? 0) || 100,
    oauthScopes: Array.isArray(scopes) ? scopes.map(String) : [],
  };
}

function record(value: unknown): Request {
  return typeof value === 'object' && value !== null ? (value as Request) : {};
}

/** An unset enum has the name of its zero value. */
function text(value: unknown, otherwise = ''): string {
  const unset = typeof value !== 'string' || value === '' || value.endsWith('UNSPECIFIED');
  return unset ? otherwise : value;
}

function lastSegment(path: string): string {
  return path.split('/').at(-1) ?? path;
}
