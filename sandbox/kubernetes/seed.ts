// What a new GKE cluster holds before anyone touches it: namespaces, nodes, and with the Gateway API its classes and definitions.
import { createHash } from 'node:crypto';
import type { ClusterSpec, ObjectStore } from './cluster.ts';
import { establishedStatus } from './controllers/custom-resource-definitions.ts';
import { gatewayDefinitions } from './schemas/definitions.ts';
import { timestamp } from './writes.ts';

export function seedCluster(store: ObjectStore, spec: ClusterSpec, now: number): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  store.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default' },
    spec: { ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 443 }] },
  });
  for (let at = 0; at < spec.nodes.count; at += 1) store.create(node(spec, at, now));
  if (!spec.gatewayApi) return;
  for (const definition of gatewayDefinitions()) {
    store.create({ ...definition, status: establishedStatus(definition, now) });
  }
  for (const name of gatewayClasses) store.create(gatewayClass(name, now));
}

type NewObject = Parameters<ObjectStore['create']>[0];

function node(spec: ClusterSpec, at: number, now: number): NewObject {
  const hash = createHash('sha256').update(`${spec.projectId}/${spec.name}`).digest('hex');
  const name = `gke-${spec.name.slice(0, 20)}-default-pool-${hash.slice(0, 8)}-${hash.slice(8 + at * 4, 12 + at * 4)}`;
  const resources = capacityOf(spec.nodes.machineType);
  const version = `v${spec.version.replace(/^v/, '')}`;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'node.kubernetes.io/instance-type': spec.nodes.machineType,
        'cloud.google.com/gke-nodepool': 'default-pool',
        'topology.kubernetes.io/zone': spec.location,
      },
    },
    spec: { providerID: `gce://${spec.projectId}/${spec.location}/${name}` },
    status: {
      capacity: { ...resources, pods: '110' },
      allocatable: { ...resources, cpu: allocatableCpu(Number(resources.cpu)), pods: '110' },
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
          lastHeartbeatTime: timestamp(now),
          lastTransitionTime: timestamp(now),
        },
      ],
      addresses: [
        { type: 'InternalIP', address: `10.128.0.${10 + at}` },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: {
        kubeletVersion: version,
        kubeProxyVersion: version,
        osImage: 'Container-Optimized OS from Google',
        kernelVersion: '6.6.97+',
        containerRuntimeVersion: 'containerd://2.0.6',
        operatingSystem: 'linux',
        architecture: 'amd64',
        machineID: hash.slice(0, 32),
        systemUUID: hash.slice(0, 32),
        bootID: hash.slice(0, 32),
      },
    },
  };
}

const gigabytesPerCpu: Readonly<Record<string, number>> = { highcpu: 1, highmem: 8 };

/** Of a machine type such as `c2-standard-16`. */
function capacityOf(machineType: string): { cpu: string; memory: string } {
  const [, shape = 'standard', count = '2'] = machineType.split('-');
  const cpu = Number.parseInt(count, 10) || 2;
  return { cpu: String(cpu), memory: `${cpu * (gigabytesPerCpu[shape] ?? 4)}Gi` };
}

/** What GKE leaves for pods: 6% of the first core, 1% of the second, 0.5% of two more, 0.25% of the rest are kept. */
function allocatableCpu(cpu: number): string {
  const kept =
    60 +
    Math.min(1, cpu - 1) * 10 +
    Math.min(2, Math.max(0, cpu - 2)) * 5 +
    Math.max(0, cpu - 4) * 2.5;
  return `${Math.floor(cpu * 1000 - kept)}m`;
}

const gatewayClasses = [
  'gke-l7-global-external-managed',
  'gke-l7-regional-external-managed',
  'gke-l7-rilb',
  'gke-l7-gxlb',
];

function gatewayClass(name: string, now: number): NewObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name },
    spec: { controllerName: 'networking.gke.io/gateway' },
    status: {
      conditions: [
        {
          type: 'Accepted',
          status: 'True',
          reason: 'Accepted',
          message: '',
          observedGeneration: 1,
          lastTransitionTime: timestamp(now),
        },
      ],
    },
  };
}
