// The gateway's world as one look sees it. A part that cannot be read does not hide the others.
import type { Cluster } from '../../../src/clients/gke/client.ts';
import type { Completion } from '../../../src/clients/inference/client.ts';
import type { KubernetesObject, ObjectRef } from '../../../src/clients/kubernetes/client.ts';
import { toFault } from '../../../src/kernel/errors.ts';
import { addressOf } from '../../../src/gateway/conditions.ts';
import { type ProofRecord, endpointAt, readProof } from '../../../src/gateway/endpoint.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { type Pods, podsOf } from '../../../src/gateway/rollout.ts';
import { orWithoutCluster } from '../../../src/gateway/without-cluster.ts';
import {
  backendServiceRef,
  gatewayRef,
  isAppOf,
  modelServerPods,
  modelServerRef,
  operatorRef,
  pickerRef,
  routeRef,
  trafficExtensionRef,
} from '../../../src/gateway/resources.ts';

export interface World {
  readonly cluster: Cluster | undefined;
  readonly modelServer: KubernetesObject | undefined;
  readonly pods: Pods | undefined;
  readonly podReasons: readonly string[];
  readonly picker: KubernetesObject | undefined;
  readonly operator: KubernetesObject | undefined;
  readonly gateway: KubernetesObject | undefined;
  readonly endpoint: string | undefined;
  readonly route: KubernetesObject | undefined;
  readonly backendService: KubernetesObject | undefined;
  readonly trafficExtension: KubernetesObject | undefined;
  readonly proof: ProofRecord | undefined;
  /** A request without a key: what the gateway made of it. */
  readonly probe: Completion | undefined;
  readonly keys: number | undefined;
  readonly unreadable: readonly UnreadPart[];
}

/** A part that could not be read, and why. */
interface UnreadPart {
  readonly part: WorldPart;
  readonly why: string;
}

export type WorldPart =
  | 'cluster'
  | 'model server'
  | 'pods'
  | 'endpoint picker'
  | 'Apigee operator'
  | 'gateway'
  | 'route'
  | 'backend service'
  | 'traffic extension'
  | 'proof';

export const unreadParts = ({ unreadable }: World): string =>
  unreadable.map(({ part, why }) => `${part} (${why})`).join('; ');

export async function readWorld(env: ProvisionEnv, signal: AbortSignal): Promise<World> {
  const unreadable: UnreadPart[] = [];
  async function orNote<T>(part: WorldPart, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      unreadable.push({ part, why: toFault(error).message });
      return undefined;
    }
  }
  const { clients, gateway: config } = env;
  const place = {
    projectId: config.projectId,
    location: config.zone,
    name: config.clusterName,
  };
  const keysRead = countKeys(env, signal);
  // Awaited last: on an abort the others reject first, and nobody would be there to hear this one.
  keysRead.catch(() => undefined);
  const cluster = await orNote('cluster', () =>
    orWithoutCluster(clients.gke.getCluster(place), undefined),
  );
  if (cluster === undefined || cluster.endpoint === '') {
    return { ...nothing, cluster, keys: await keysRead, unreadable };
  }
  const kubernetes = clients.kubernetes(config);
  const get = (part: WorldPart, ref: ObjectRef) =>
    orNote(part, () => kubernetes.get(ref, { signal }));
  const [
    modelServer,
    podReasons,
    picker,
    operator,
    gateway,
    route,
    backendService,
    trafficExtension,
    proof,
  ] = await Promise.all([
    get('model server', modelServerRef),
    orNote('pods', () => kubernetes.podReasons('default', modelServerPods, { signal })),
    get('endpoint picker', pickerRef),
    get('Apigee operator', operatorRef),
    get('gateway', gatewayRef),
    get('route', routeRef),
    get('backend service', backendServiceRef(env.gateway.name)),
    get('traffic extension', trafficExtensionRef),
    orNote('proof', () => readProof(env, signal)),
  ]);
  const address = addressOf(gateway);
  const endpoint = address === undefined ? undefined : endpointAt(address, config.port);
  return {
    cluster,
    modelServer,
    pods: modelServer === undefined ? undefined : podsOf(modelServer),
    podReasons: (podReasons ?? []).map(({ text }) => text),
    picker,
    operator,
    gateway,
    endpoint,
    route,
    backendService,
    trafficExtension,
    proof,
    probe: endpoint === undefined ? undefined : await probeWithoutKey(env, endpoint, signal),
    keys: await keysRead,
    unreadable,
  };
}

/** Of no weight for the state: a count that cannot be read is left out. */
async function countKeys(env: ProvisionEnv, signal: AbortSignal): Promise<number | undefined> {
  const { clients, gateway } = env;
  try {
    const isOurs = isAppOf(gateway.name);
    const found = await clients.apigee(gateway).developersWithApp(isOurs, signal);
    return found.flatMap(({ apps }) => apps.filter(isOurs)).length;
  } catch {
    // Never a rejection, not of an abort either: nobody awaits it yet, and it would end the process.
    return undefined;
  }
}

/** Cheap: a protected gateway refuses it before any model works, and an open one makes a single token. */
function probeWithoutKey(
  env: ProvisionEnv,
  baseUrl: string,
  signal: AbortSignal,
): Promise<Completion> {
  return env.clients.inference.complete({
    baseUrl,
    model: env.gateway.model,
    prompt: 'Hello',
    maxTokens: 1,
    stream: false,
    timeoutMs: 10_000,
    signal,
  });
}

const nothing: World = {
  cluster: undefined,
  modelServer: undefined,
  pods: undefined,
  podReasons: [],
  picker: undefined,
  operator: undefined,
  gateway: undefined,
  endpoint: undefined,
  route: undefined,
  backendService: undefined,
  trafficExtension: undefined,
  proof: undefined,
  probe: undefined,
  keys: undefined,
  unreadable: [],
};
