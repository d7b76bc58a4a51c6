// Scheduler: binding of pods to nodes with enough room, and its failure reasons.
import type { KubeObject } from '../kubernetes/cluster.ts';
import {
  kubeTime,
  recordEvent,
  refOf,
  setCondition,
  statusOf,
  conditionsOf,
} from './conditions.ts';
import { kinds } from './kinds.ts';
import type { Controller, Pass } from './loop.ts';
import { type PodSpec, quantity, readPodSpec, requested } from './workload.ts';

export const scheduler: Controller = {
  name: 'scheduler',
  watches: [kinds.pod, kinds.node],
  reconcile: (pass) => {
    for (const pod of pass.list(kinds.pod)) {
      const spec = readPodSpec(pod['spec']);
      const isWaiting = spec.nodeName === undefined && pod.metadata.deletionTimestamp === undefined;
      if (isWaiting) schedule(pass, pod, spec);
    }
  },
};

function schedule(pass: Pass, pod: KubeObject, spec: PodSpec): void {
  const nodes = pass.list(kinds.node);
  const refusals = new Map<string, number>();
  const fitting: { node: KubeObject; free: number }[] = [];
  for (const node of nodes) {
    const verdict = fits(pass, node, spec);
    if (typeof verdict === 'number') fitting.push({ node, free: verdict });
    for (const reason of typeof verdict === 'number' ? [] : verdict) {
      refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
    }
  }
  const [best] = fitting.toSorted((left, right) => right.free - left.free);
  if (best === undefined) return refuse(pass, pod, unschedulable(nodes.length, refusals));
  bind(pass, pod, best.node.metadata.name);
}

/** The free CPUs of a node with enough room, otherwise the reasons for its rejection. */
function fits(pass: Pass, node: KubeObject, spec: PodSpec): number | string[] {
  const { unschedulable = false } = (node['spec'] ?? {}) as { unschedulable?: boolean };
  if (unschedulable) return ['node(s) were unschedulable'];
  if (
    !Object.entries(spec.nodeSelector).every(
      ([key, value]) => node.metadata.labels?.[key] === value,
    )
  ) {
    return ["node(s) didn't match Pod's node affinity/selector"];
  }
  const allocatable = (statusOf(node)['allocatable'] ?? {}) as Record<string, string>;
  const tenants = pass
    .list(kinds.pod)
    .map((pod) => readPodSpec(pod['spec']))
    .filter((other) => other.nodeName === node.metadata.name);
  const free = (resource: string): number =>
    quantity(allocatable[resource]) -
    tenants.reduce((sum, other) => sum + requested(other, resource), 0);
  const missing = ['cpu', 'memory', 'nvidia.com/gpu'].filter((resource) => {
    const wanted = requested(spec, resource);
    return wanted > 0 && wanted > free(resource) + 1e-6;
  });
  return missing.length === 0 ? free('cpu') : missing.map((resource) => `Insufficient ${resource}`);
}

function unschedulable(nodes: number, refusals: ReadonlyMap<string, number>): string {
  if (nodes === 0) return 'no nodes available to schedule pods';
  const reasons = [...refusals].map(([reason, count]) => `${count} ${reason}`).toSorted();
  const preemption = [...refusals.keys()].some((reason) => reason.startsWith('Insufficient'))
    ? 'No preemption victims found for incoming pod'
    : 'Preemption is not helpful for scheduling';
  return `0/${nodes} nodes are available: ${reasons.join(', ')}. preemption: 0/${nodes} nodes are available: ${nodes} ${preemption}.`;
}

function refuse(pass: Pass, pod: KubeObject, message: string): void {
  recordEvent(pass, pod, {
    type: 'Warning',
    reason: 'FailedScheduling',
    message,
    component: 'default-scheduler',
  });
  pass.store.updateStatus(refOf(pod), (object) => {
    const conditions = [...conditionsOf(object['status'])];
    setCondition(conditions, {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
    });
    object['status'] = { ...statusOf(object), phase: 'Pending', conditions };
  });
}

function bind(pass: Pass, pod: KubeObject, nodeName: string): void {
  pass.store.update(refOf(pod), (object) => {
    object['spec'] = { ...(object['spec'] as object), nodeName };
  });
  pass.store.updateStatus(refOf(pod), (object) => {
    object['status'] = {
      ...statusOf(object),
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'True',
          lastTransitionTime: kubeTime(),
        },
      ],
    };
  });
  recordEvent(pass, pod, {
    type: 'Normal',
    reason: 'Scheduled',
    message: `Successfully assigned ${pod.metadata.namespace ?? 'default'}/${pod.metadata.name} to ${nodeName}`,
    component: 'default-scheduler',
  });
}
