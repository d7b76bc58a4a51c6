// Selection of a pod for a route's backend: pools, services, health checks.
import type { KubeObject, ObjectStore } from '../kubernetes/cluster.ts';
import { isTrue, statusOf } from '../controllers/conditions.ts';
import {
  type BackendRef,
  isPool,
  readHealthCheck,
  readPool,
} from '../controllers/gateway-views.ts';
import { kinds, type Kind } from '../controllers/kinds.ts';
import { isModelServer } from '../controllers/programs.ts';
import { isPodReady, podsBehind } from '../controllers/services.ts';
import { matches, readPodSpec } from '../controllers/workload.ts';
import { readServedModel, type ServedModel } from '../vllm/served-model.ts';
import { type Answer, plain } from './answer.ts';

export interface ChosenPod {
  readonly uid: string;
  readonly model: ServedModel;
}

export type Choice =
  { readonly ok: true; readonly pod: ChosenPod } | { readonly ok: false; readonly answer: Answer };

export interface BackendRequest {
  readonly ref: BackendRef;
  readonly namespace: string;
  /** '' for a request without one. */
  readonly body: string;
  /** Name of the request's InferenceObjective; '' for none. */
  readonly objective: string;
  /** Number of active requests of each pod, by uid. */
  readonly load: ReadonlyMap<string, number>;
}

const noUpstream = (verdict: string): Choice => refuse(plain(verdict, 503, 'no healthy upstream'));
const refuse = (answer: Answer): Choice => ({ ok: false, answer });

export function choosePod(store: ObjectStore, request: BackendRequest): Choice {
  const { ref } = request;
  const namespace = ref.namespace ?? request.namespace;
  const list = (of: Kind, inside?: string): KubeObject[] =>
    store.serves(of.group, of.kind)
      ? store.list({ group: of.group, kind: of.kind, namespace: inside })
      : [];
  const find = (of: Kind, name: string): KubeObject | undefined =>
    list(of, namespace).find((one) => one.metadata.name === name);
  if (!isPool(ref)) {
    const service = find(kinds.service, ref.name);
    return service === undefined
      ? refuse(plain('no_backend', 500, 'fault filter abort'))
      : pickHealthy(podsBehind({ list }, service), healthCheck(list, namespace, ref), request);
  }
  const pool = find(kinds.inferencePool, ref.name);
  if (pool === undefined) return refuse(plain('no_pool', 500, 'fault filter abort'));
  const spec = readPool(pool);
  const picker = find(kinds.service, spec.endpointPickerRef.name);
  const isPicking = picker !== undefined && podsBehind({ list }, picker).some(isPodReady);
  if (!isPicking && spec.endpointPickerRef.failureMode === 'FailClose') {
    return refuse(plain('picker_down', 503, 'no healthy upstream'));
  }
  const pods = list(kinds.pod, namespace).filter((pod) => matches(spec.selector.matchLabels, pod));
  const objection = isPicking
    ? (pickerObjection(request.body, pods) ??
      saturation(list(kinds.objective, namespace), pods, request))
    : undefined;
  if (objection !== undefined) return refuse(objection);
  const check = healthCheck(list, namespace, ref);
  const isRightPort = check.port === undefined || check.port === spec.targetPorts[0]?.number;
  return isRightPort ? pickHealthy(pods, check, request) : noUpstream('unhealthy');
}

/** The endpoint picker reads a request's body; a request without a body goes to any pod. */
function pickerObjection(body: string, pods: readonly KubeObject[]): Answer | undefined {
  const bad = (why: string): Answer =>
    plain('picker_refused', 400, `inference gateway: BadRequest - ${why}`);
  if (body !== '') {
    const parsed = parse(body);
    if (parsed === undefined) return bad('Error unmarshaling request body');
    const { model } = parsed as { model?: unknown };
    if (typeof model !== 'string' || model === '') return bad('model not found in request body');
  }
  return pods.length === 0
    ? plain(
        'no_pods',
        503,
        'inference gateway: ServiceUnavailable - failed to find candidate pods for serving the request',
      )
    : undefined;
}

/** Queued requests at a model server above which the picker calls it saturated: its default. */
const queueThreshold = 5;
export const objectiveHeader = 'x-gateway-inference-objective';

/** Every server is saturated, and the request may be dropped: its priority is below zero. */
function saturation(
  objectives: readonly KubeObject[],
  pods: readonly KubeObject[],
  { objective, load }: Pick<BackendRequest, 'objective' | 'load'>,
): Answer | undefined {
  const named = objectives.find((one) => one.metadata.name === objective);
  const { priority = 0 } = (named?.['spec'] ?? {}) as { priority?: number };
  if (priority >= 0) return undefined;
  const isSaturated = pods.every((pod) => {
    const sequences = modelOf(pod)?.maxSequences ?? 0;
    return (load.get(pod.metadata.uid) ?? 0) - sequences > queueThreshold;
  });
  return isSaturated
    ? plain(
        'picker_saturated',
        429,
        'inference gateway: InferencePoolResourceExhausted - system saturated, sheddable request dropped',
      )
    : undefined;
}

function parse(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

interface Check {
  readonly path: string | undefined;
  readonly port: number | undefined;
}

/** The load balancer requests `/` unless a policy sets a path; a policy of another protocol has none. */
function healthCheck(
  list: (of: Kind, inside?: string) => KubeObject[],
  namespace: string,
  ref: BackendRef,
): Check {
  const policy = list(kinds.healthCheckPolicy, namespace)
    .filter((one) => isTrue(one['status'], 'Attached'))
    .map(readHealthCheck)
    .find((one) => one.targetRef.kind === ref.kind && one.targetRef.name === ref.name);
  const config = policy?.default.config;
  if (config === undefined) return { path: '/', port: undefined };
  if (config.type !== 'HTTP') return { path: undefined, port: undefined };
  return { path: config.httpHealthCheck?.requestPath ?? '/', port: config.httpHealthCheck?.port };
}

function pickHealthy(
  pods: readonly KubeObject[],
  check: Check,
  { load }: Pick<BackendRequest, 'load'>,
): Choice {
  // A model server serves /health and not /: the load balancer's default check marks it unhealthy.
  if (check.path !== undefined && check.path !== '/health') return noUpstream('unhealthy');
  const servers = pods.filter(isPodReady).flatMap((pod) => {
    const model = modelOf(pod);
    return model === undefined ? [] : [{ uid: pod.metadata.uid, model }];
  });
  const [least] = servers.toSorted(
    (left, right) => (load.get(left.uid) ?? 0) - (load.get(right.uid) ?? 0),
  );
  return least === undefined ? noUpstream('no_ready_pods') : { ok: true, pod: least };
}

function modelOf(pod: KubeObject): ServedModel | undefined {
  const container = readPodSpec(pod['spec']).containers.find(isModelServer);
  if (container === undefined) return undefined;
  const { startTime } = statusOf(pod) as { startTime?: string };
  const startedAt = Date.parse(startTime ?? pod.metadata.creationTimestamp);
  return readServedModel([...container.command, ...container.args], container.image, startedAt);
}

/** The load balancer's timeout for a backend in seconds: 30 unless a policy sets another. */
export function backendTimeoutSec(store: ObjectStore, namespace: string, ref: BackendRef): number {
  const { group, kind } = kinds.backendPolicy;
  if (!store.serves(group, kind)) return 30;
  const policy = store
    .list({ group, kind, namespace: ref.namespace ?? namespace })
    .filter((one) => isTrue(one['status'], 'Attached'))
    .map(
      (one) =>
        one['spec'] as {
          targetRef?: { kind?: string; name?: string };
          default?: { timeoutSec?: number };
        },
    )
    .find((spec) => spec.targetRef?.kind === ref.kind && spec.targetRef.name === ref.name);
  return policy?.default?.timeoutSec ?? 30;
}
