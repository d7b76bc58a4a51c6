// Kubelet: volumes, image pulls, start, readiness and crashes in each pod's status.
import type { KubeObject } from '../kubernetes/cluster.ts';
import { kubeTime, recordEvent, refOf, statusOf } from './conditions.ts';
import { type ContainerState, runContainer } from './container-run.ts';
import { kinds } from './kinds.ts';
import type { Controller, Pass } from './loop.ts';
import { missingMount } from './pod-mounts.ts';
import { type Container, type PodSpec, readPodSpec } from './workload.ts';

export const kubelet: Controller = {
  name: 'kubelet',
  watches: [kinds.pod, kinds.configMap, kinds.secret],
  reconcile: (pass) => {
    for (const pod of pass.list(kinds.pod)) {
      const spec = readPodSpec(pod['spec']);
      const isRunning = spec.nodeName !== undefined && pod.metadata.deletionTimestamp === undefined;
      if (isRunning) run(pass, pod, spec);
    }
  },
};

function run(pass: Pass, pod: KubeObject, spec: PodSpec): void {
  const sandboxed = pass.passed(`${pod.metadata.uid}/sandbox`, 2_000);
  const mount = missingMount(pass, pod, spec);
  if (mount !== undefined) {
    recordEvent(pass, pod, {
      type: 'Warning',
      reason: 'FailedMount',
      message: mount,
      component: 'kubelet',
    });
  }
  const blocked = !sandboxed || mount !== undefined;
  const all = (containers: readonly Container[]): ContainerState[] =>
    containers.map((container) =>
      blocked ? waiting(container, 'ContainerCreating') : runContainer(pass, pod, container),
    );
  // Of the init containers only sidecars keep running; the sandbox ends all others immediately.
  const sidecars = all(spec.initContainers.filter((one) => one.restartPolicy === 'Always'));
  const initialized = sidecars.every((one) => one.started);
  const main = initialized
    ? all(spec.containers)
    : spec.containers.map((container) => waiting(container, 'PodInitializing'));
  writeStatus(pass, pod, { spec, main, sidecars, initialized });
}

const waiting = (container: Container, reason: string): ContainerState => ({
  name: container.name,
  image: container.image,
  imageID: '',
  state: { waiting: { reason } },
  ready: false,
  started: false,
  restartCount: 0,
});

interface Running {
  readonly spec: PodSpec;
  readonly main: readonly ContainerState[];
  readonly sidecars: readonly ContainerState[];
  readonly initialized: boolean;
}

function writeStatus(
  pass: Pass,
  pod: KubeObject,
  { spec, main, sidecars, initialized }: Running,
): void {
  const all = [...main, ...sidecars];
  const isReady = all.every((one) => one.ready);
  const hasStarted = initialized && main.every((one) => one.started || one.restartCount > 0);
  const unready = all.filter((one) => !one.ready).map((one) => one.name);
  pass.store.updateStatus(refOf(pod), (object) => {
    const before = statusOf(object);
    const old = (before['conditions'] ?? []) as {
      type: string;
      status: string;
      lastTransitionTime: string;
    }[];
    const condition = (type: string, holds: boolean) => {
      const status = holds ? 'True' : 'False';
      const same = old.find((one) => one.type === type && one.status === status);
      return {
        type,
        status,
        lastTransitionTime: same?.lastTransitionTime ?? kubeTime(),
        ...(holds || type === 'Initialized'
          ? {}
          : {
              reason: 'ContainersNotReady',
              message: `containers with unready status: [${unready.join(' ')}]`,
            }),
      };
    };
    object['status'] = {
      phase: hasStarted ? 'Running' : 'Pending',
      conditions: [
        condition('PodScheduled', true),
        condition('Initialized', initialized),
        condition('ContainersReady', isReady),
        condition('Ready', isReady),
      ],
      hostIP: nodeAddress(pass, spec.nodeName),
      podIP: podAddress(object),
      podIPs: [{ ip: podAddress(object) }],
      startTime: before['startTime'] ?? kubeTime(),
      qosClass: before['qosClass'] ?? 'Burstable',
      containerStatuses: withStart(main, before['containerStatuses']),
      ...(sidecars.length > 0
        ? { initContainerStatuses: withStart(sidecars, before['initContainerStatuses']) }
        : {}),
    };
  });
}

/** A running container keeps its first start time. */
function withStart(states: readonly ContainerState[], before: unknown): ContainerState[] {
  const old = (Array.isArray(before) ? before : []) as ContainerState[];
  return states.map((one) => {
    if (!('running' in one.state)) return one;
    const same = old.find(
      (other) => other.name === one.name && other.restartCount === one.restartCount,
    );
    const known = same !== undefined && 'running' in same.state ? same.state.running : undefined;
    return { ...one, state: { running: known ?? { startedAt: kubeTime() } } };
  });
}

function nodeAddress(pass: Pass, name: string | undefined): string {
  const node = name === undefined ? undefined : pass.get(kinds.node, undefined, name);
  const addresses = (statusOf(node)['addresses'] ?? []) as { type: string; address: string }[];
  return addresses.find((one) => one.type === 'InternalIP')?.address ?? '10.128.0.2';
}

function podAddress(pod: KubeObject): string {
  const bits = Number.parseInt(pod.metadata.uid.replaceAll('-', '').slice(0, 6), 16);
  return `10.4.${(bits >> 8) % 250}.${(bits % 250) + 2}`;
}
