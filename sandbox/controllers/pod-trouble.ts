// Detection of pods with a problem that does not end with time.
import type { KubeObject } from '../kubernetes/cluster.ts';
import { conditionsOf, statusOf } from './conditions.ts';
import type { ContainerState } from './container-run.ts';
import type { Pass } from './loop.ts';
import { missingMount } from './pod-mounts.ts';
import { readPodSpec } from './workload.ts';

const starting = new Set(['ContainerCreating', 'PodInitializing']);

export function isHeldUp(pass: Pass, pod: KubeObject): boolean {
  const isUnschedulable = conditionsOf(pod['status']).some(
    (one) => one.type === 'PodScheduled' && one.status === 'False',
  );
  const { containerStatuses = [], initContainerStatuses = [] } = statusOf(pod) as {
    containerStatuses?: ContainerState[];
    initContainerStatuses?: ContainerState[];
  };
  return (
    isUnschedulable ||
    missingMount(pass, pod, readPodSpec(pod['spec'])) !== undefined ||
    [...containerStatuses, ...initContainerStatuses].some(
      ({ state, restartCount }) =>
        restartCount > 0 || ('waiting' in state && !starting.has(state.waiting.reason)),
    )
  );
}
