// One container's lifecycle in its status: pull, start, readiness, crash and back-off.
import { createHash } from 'node:crypto';
import type { KubeObject } from '../kubernetes/cluster.ts';
import { recordEvent, statusOf } from './conditions.ts';
import { missingTag, type Pull, pullOf } from './images.ts';
import type { Pass } from './loop.ts';
import { missingVariable } from './pod-mounts.ts';
import { isModelServer, type Program, programOf } from './programs.ts';
import type { Container } from './workload.ts';

export interface ContainerState {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly state:
    | { readonly waiting: { readonly reason: string; readonly message?: string } }
    | { readonly running: { readonly startedAt: string } };
  readonly lastState?: { readonly terminated: Terminated };
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
}

interface Terminated {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
}

/** The first back-off of a crashed container; it doubles up to five minutes. */
const firstBackOffMs = 10_000;
const longestBackOffMs = 300_000;
const retryPullMs = 20_000;

export function runContainer(pass: Pass, pod: KubeObject, container: Container): ContainerState {
  const namespace = pod.metadata.namespace ?? 'default';
  const key = `${pod.metadata.uid}/${container.name}/${container.image}`;
  const unpulled = pull(pass, pod, container, key);
  if (unpulled !== undefined) return waiting(container, unpulled);
  const variable = missingVariable(pass, namespace, container);
  if (variable !== undefined) {
    const reason = 'CreateContainerConfigError';
    recordEvent(pass, pod, {
      type: 'Warning',
      reason: 'Failed',
      message: `Error: ${variable}`,
      component: 'kubelet',
    });
    return waiting(container, { reason, message: variable });
  }
  const program = programOf(pass, namespace, container);
  tellStart(pass, pod, container);
  return program.crash === undefined
    ? running(pod, container, pass.passed(`${key}/ready`, program.readyMs))
    : crashing(pass, pod, { container, key, crash: program.crash });
}

function tell(pass: Pass, pod: KubeObject, reason: string, message: string): void {
  recordEvent(pass, pod, { type: 'Normal', reason, message, component: 'kubelet' });
}

function tellStart(pass: Pass, pod: KubeObject, { name, image }: Container): void {
  const pulled = pullOf(image);
  const took = pulled.ok ? `${pulled.pullMs / 1_000}s` : '';
  tell(
    pass,
    pod,
    'Pulled',
    `Successfully pulled image "${image}" in ${took} (${took} including waiting).`,
  );
  tell(pass, pod, 'Created', `Created container: ${name}`);
  tell(pass, pod, 'Started', `Started container ${name}`);
}

type Waiting = { readonly reason: string; readonly message?: string };

function pull(pass: Pass, pod: KubeObject, container: Container, key: string): Waiting | undefined {
  const found = pullFrom(pass, pod, container);
  tell(pass, pod, 'Pulling', `Pulling image "${container.image}"`);
  if (found.ok) {
    return pass.passed(`${key}/pull`, found.pullMs) ? undefined : { reason: 'ContainerCreating' };
  }
  // The pull is retried, so the container starts once the image exists.
  pass.again(retryPullMs);
  if (!pass.passed(`${key}/no-pull`, 3_000)) return { reason: 'ContainerCreating' };
  recordEvent(pass, pod, {
    type: 'Warning',
    reason: 'Failed',
    message: `Failed to pull image "${container.image}": ${found.message}`,
    component: 'kubelet',
  });
  return pass.passed(`${key}/back-off`, 12_000)
    ? {
        reason: 'ImagePullBackOff',
        message: `Back-off pulling image "${container.image}": ErrImagePull: ${found.message}`,
      }
    : { reason: 'ErrImagePull', message: found.message };
}

/** The registry's answer; an image that is already on the node is not requested again. */
function pullFrom(pass: Pass, pod: KubeObject, container: Container): Pull {
  const { containerStatuses = [] } = statusOf(pod) as { containerStatuses?: ContainerState[] };
  const isPulled = containerStatuses.some(
    ({ name, image, imageID }) =>
      name === container.name && image === container.image && imageID !== '',
  );
  const isMissing = pass.faults.hasTrouble('model-image-missing') && isModelServer(container);
  return isMissing && !isPulled ? missingTag(container.image) : pullOf(container.image);
}

interface Crashing {
  readonly container: Container;
  readonly key: string;
  readonly crash: NonNullable<Program['crash']>;
}

/** Runs, crashes, waits, runs again: the phase follows only from the time since the first start. */
function crashing(
  pass: Pass,
  pod: KubeObject,
  { container, key, crash }: Crashing,
): ContainerState {
  let restarts = 0;
  for (;;) {
    if (!pass.passed(`${key}/run-${restarts}`, crash.afterMs)) {
      return {
        ...running(pod, container, false),
        restartCount: restarts,
        ...lastState(crash, restarts),
      };
    }
    const backOffMs = Math.min(longestBackOffMs, firstBackOffMs * 2 ** restarts);
    if (!pass.passed(`${key}/wait-${restarts}`, backOffMs)) break;
    restarts += 1;
  }
  const name = `${pod.metadata.name}_${pod.metadata.namespace ?? 'default'}(${pod.metadata.uid})`;
  const backOff = Math.min(longestBackOffMs, firstBackOffMs * 2 ** restarts) / 1000;
  recordEvent(pass, pod, {
    type: 'Warning',
    reason: 'BackOff',
    message: `Back-off restarting failed container ${container.name} in pod ${name}`,
    component: 'kubelet',
  });
  return {
    ...waiting(container, {
      reason: 'CrashLoopBackOff',
      message: `back-off ${backOff}s restarting failed container=${container.name} pod=${name}`,
    }),
    restartCount: restarts + 1,
    ...lastState(crash, restarts + 1),
  };
}

function lastState(
  crash: Crashing['crash'],
  restarts: number,
): { lastState?: { terminated: Terminated } } {
  if (restarts === 0) return {};
  const { exitCode, reason, message } = crash;
  return {
    lastState: { terminated: { exitCode, reason, ...(message === '' ? {} : { message }) } },
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

const waiting = (container: Container, why: Waiting): ContainerState => ({
  name: container.name,
  image: container.image,
  imageID: '',
  state: { waiting: why },
  ready: false,
  started: false,
  restartCount: 0,
});

const running = (pod: KubeObject, container: Container, ready: boolean): ContainerState => ({
  name: container.name,
  image: container.image,
  imageID: `${container.image.split('@')[0] ?? ''}@sha256:${digest(container.image)}`,
  containerID: `containerd://${digest(`${pod.metadata.uid}/${container.name}`)}`,
  state: { running: { startedAt: '' } },
  ready,
  started: true,
  restartCount: 0,
});
