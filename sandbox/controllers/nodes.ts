// Node controller: the configured number of nodes, with replacement of lost ones.
import { architectureOf } from '../google/compute/catalogue.ts';
import type { ClusterSpec } from '../kubernetes/cluster.ts';
import { hash, kubeTime, refOf } from './conditions.ts';
import { kinds } from './kinds.ts';
import type { Controller, Pass } from './loop.ts';
import { machineOf } from './machine-types.ts';

const repairMs = 5 * 60_000;

export const nodes: Controller = {
  name: 'nodes',
  watches: [kinds.node, kinds.pod],
  reconcile: (pass) => {
    const { count } = pass.cluster.spec.nodes;
    const present = pass.list(kinds.node).length;
    // A new cluster gets its nodes immediately; a lost one is replaced within minutes.
    if (present >= count) pass.forget('nodes/lost/');
    else if (present === 0 || pass.passed(`nodes/lost/${present}`, repairMs))
      for (let at = present; at < count; at += 1) createNode(pass, at);
    dropPodsOfLostNodes(pass);
  },
};

function dropPodsOfLostNodes(pass: Pass): void {
  const present = new Set(pass.list(kinds.node).map((node) => node.metadata.name));
  for (const pod of pass.list(kinds.pod)) {
    const { nodeName } = (pod['spec'] ?? {}) as { nodeName?: string };
    if (nodeName !== undefined && !present.has(nodeName)) pass.store.delete(refOf(pod));
  }
}

function createNode(pass: Pass, at: number): void {
  const { spec, id } = pass.cluster;
  const machine = machineOf(spec.nodes.machineType);
  const name = `gke-${spec.name.slice(0, 20)}-default-pool-${hash(id, 8)}-${hash(crypto.randomUUID(), 4)}`;
  pass.store.create({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': architectureOfNode(spec.nodes.machineType),
        'node.kubernetes.io/instance-type': spec.nodes.machineType,
        'cloud.google.com/gke-nodepool': 'default-pool',
        'topology.kubernetes.io/region': spec.location.split('-').slice(0, 2).join('-'),
        'topology.kubernetes.io/zone': spec.location,
      },
    },
    spec: { providerID: `gce://${spec.projectId}/${spec.location}/${name}` },
  });
  pass.store.updateStatus({ group: '', kind: 'Node', name }, (node) => {
    node['status'] = nodeStatus(spec, machine, at);
  });
}

/** Go's name of the architecture. */
const architectureOfNode = (machineType: string): string =>
  architectureOf(machineType) === 'ARM64' ? 'arm64' : 'amd64';

function nodeStatus(
  { version, nodes: { machineType } }: ClusterSpec,
  machine: ReturnType<typeof machineOf>,
  at: number,
): object {
  const now = kubeTime();
  return {
    addresses: [{ type: 'InternalIP', address: `10.128.0.${at + 10}` }],
    capacity: { cpu: String(machine.cpus), memory: `${machine.memoryBytes / 1024}Ki`, pods: '110' },
    allocatable: {
      cpu: `${Math.round(machine.allocatableCpus * 1000)}m`,
      memory: `${Math.floor(machine.allocatableMemoryBytes / 1024)}Ki`,
      pods: '110',
    },
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
        lastHeartbeatTime: now,
        lastTransitionTime: now,
      },
    ],
    nodeInfo: {
      kubeletVersion: `v${version.replace(/^v/, '')}`,
      containerRuntimeVersion: 'containerd://2.0.6',
      kernelVersion: '6.6.97+',
      osImage: 'Container-Optimized OS from Google',
      operatingSystem: 'linux',
      architecture: architectureOfNode(machineType),
    },
  };
}
