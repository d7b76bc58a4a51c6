// The cluster's nodes: made with it, of its machine type; a lost one comes back, as its instance group repairs itself.
import type { Cluster } from '../kubernetes/cluster.ts';
import { hash, kubeTime, refOf } from './conditions.ts';
import { kinds } from './kinds.ts';
import type { Controller, Pass } from './loop.ts';
import { machineOf } from './machine-types.ts';

const repairMs = 5 * 60_000;

export const nodes: Controller = {
  name: 'nodes',
  watches: [kinds.node, kinds.pod],
  reconcile: (pass) => {
    const wanted = nodeNames(pass.cluster);
    const seen = new Set(pass.list(kinds.node).map((node) => node.metadata.name));
    const isFirst = seen.size === 0;
    for (const [at, name] of wanted.entries()) {
      if (seen.has(name)) pass.forget(`node:${name}:`);
      else if (isFirst || pass.passed(`node:${name}:lost`, repairMs)) createNode(pass, name, at);
    }
    dropPodsOfLostNodes(pass);
  },
};

export function nodeNames(cluster: Cluster): string[] {
  const pool = hash(`${cluster.id}default-pool`, 8);
  return Array.from(
    { length: cluster.spec.nodes.count },
    (_, at) => `gke-${cluster.spec.name}-default-pool-${pool}-${hash(`${cluster.id}${at}`, 4)}`,
  );
}

function dropPodsOfLostNodes(pass: Pass): void {
  const present = new Set(pass.list(kinds.node).map((node) => node.metadata.name));
  for (const pod of pass.list(kinds.pod)) {
    const { nodeName } = (pod['spec'] ?? {}) as { nodeName?: string };
    if (nodeName !== undefined && !present.has(nodeName)) pass.store.delete(refOf(pod));
  }
}

function createNode(pass: Pass, name: string, at: number): void {
  const { spec } = pass.cluster;
  const machine = machineOf(spec.nodes.machineType);
  const region = spec.location.split('-').slice(0, 2).join('-');
  pass.store.create({
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
        'topology.kubernetes.io/region': region,
        'topology.kubernetes.io/zone': spec.location,
      },
    },
    spec: {
      podCIDR: `10.4.${at}.0/24`,
      providerID: `gce://${spec.projectId}/${spec.location}/${name}`,
    },
  });
  pass.store.updateStatus({ group: '', kind: 'Node', name }, (node) => {
    node['status'] = nodeStatus(spec.version, machine, at);
  });
}

function nodeStatus(version: string, machine: ReturnType<typeof machineOf>, at: number): object {
  const now = kubeTime();
  const condition = (type: string, status: 'True' | 'False', reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  });
  return {
    addresses: [{ type: 'InternalIP', address: `10.128.0.${at + 2}` }],
    capacity: { cpu: String(machine.cpus), memory: `${machine.memoryBytes / 1024}Ki`, pods: '110' },
    allocatable: {
      cpu: `${Math.round(machine.allocatableCpus * 1000)}m`,
      memory: `${Math.floor(machine.allocatableMemoryBytes / 1024)}Ki`,
      pods: '110',
    },
    conditions: [
      condition(
        'MemoryPressure',
        'False',
        'KubeletHasSufficientMemory',
        'kubelet has sufficient memory available',
      ),
      condition(
        'DiskPressure',
        'False',
        'KubeletHasNoDiskPressure',
        'kubelet has no disk pressure',
      ),
      condition(
        'PIDPressure',
        'False',
        'KubeletHasSufficientPID',
        'kubelet has sufficient PID available',
      ),
      condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
    ],
    nodeInfo: {
      kubeletVersion: `v${version.replace(/^v/, '')}`,
      containerRuntimeVersion: 'containerd://2.1.4',
      kernelVersion: '6.12.41+',
      osImage: 'Container-Optimized OS from Google',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
  };
}
