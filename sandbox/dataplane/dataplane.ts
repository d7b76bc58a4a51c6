// The data plane: request handling of all gateways' load balancers, from applied state only.
import type { ApigeeState } from '../apigee/state.ts';
import type { SandboxContext, SandboxService } from '../core/context.ts';
import { addressOf } from '../controllers/gateways.ts';
import { readGateway } from '../controllers/gateway-views.ts';
import { startLoop } from '../controllers/loop.ts';
import { createTimeline } from '../controllers/timeline.ts';
import type { KubeObject, Kubernetes } from '../kubernetes/cluster.ts';
import { createVllm } from '../vllm/vllm.ts';
import { createApigeeRuntime } from './apigee-runtime.ts';
import { createListeners, type Listeners } from './listeners.ts';
import { propagation } from './propagation.ts';
import { dataplaneState, type Programmed } from './state.ts';
import { createTraces, type Traces } from './trace.ts';

export interface DataplaneDeps {
  readonly kubernetes: Kubernetes;
  readonly apigee: ApigeeState;
}

export interface Dataplane extends SandboxService {
  /** The last requests, hop by hop. */
  readonly traces: Traces;
}

export function createDataplane(context: SandboxContext, deps: DataplaneDeps): Dataplane {
  const state = dataplaneState(context);
  const vllm = createVllm(context);
  context.http.get('/_sandbox/vllm', () => vllm.served());
  const runtime = createApigeeRuntime(context.clock, deps.apigee, state);
  const traces = createTraces(context.clock.now);
  const open = new Set<Listeners>();
  deps.kubernetes.onCluster((cluster) => {
    const timeline = createTimeline(context, cluster, 'dataplane');
    const listeners = createListeners({
      context,
      state,
      runtime,
      vllm,
      traces,
      load: new Map(),
      hostnames: (gateway) => [
        ...(state.names ?? []),
        ...hostnamesOf(gateway, state.clusters[cluster.id], deps.apigee),
      ],
    });
    open.add(listeners);
    const stops = [propagation(context, state), listeners.controller].map((controller) =>
      startLoop({ context, cluster, timeline, controller }),
    );
    return () => {
      for (const stop of stops) stop();
      open.delete(listeners);
      void listeners.stop();
    };
  });
  /** Programmed state of existing clusters only: that of a deleted cluster is dropped. */
  const programmed = (): Programmed[] =>
    deps.kubernetes.list().flatMap(({ id }) => state.clusters[id] ?? []);
  return {
    name: 'dataplane',
    traces,
    world: () => ({
      listening: [...open].flatMap((listeners) => listeners.addresses()),
      routes: programmed().flatMap(({ routes }) => names(routes)),
      extensions: programmed().flatMap(({ extensions }) => names(extensions)),
      requests: state.requests,
    }),
    billable: () => [],
    stop: async () => {
      await Promise.all([...open].map((listeners) => listeners.stop()));
      open.clear();
    },
  };
}

const names = (of: Readonly<Record<string, { namespace: string; name: string }>>): string[] =>
  Object.values(of).map(({ namespace, name }) => `${namespace}/${name}`);

/** Names of its address, of its listeners, of its routes, and of Apigee's environment groups. */
function hostnamesOf(
  gateway: KubeObject,
  programmed: Programmed | undefined,
  { organizations }: ApigeeState,
): string[] {
  const routes = Object.values(programmed?.routes ?? {}).filter(
    ({ gatewayUid }) => gatewayUid === gateway.metadata.uid,
  );
  const address = addressOf(gateway);
  return [
    ...(address === undefined ? [] : [`${address}.nip.io`]),
    ...readGateway(gateway).listeners.flatMap(({ hostname }) => hostname ?? []),
    ...routes.flatMap(({ spec }) => spec.hostnames),
    ...Object.values(organizations)
      .flatMap(({ envgroups }) => Object.values(envgroups))
      .flatMap(({ hostnames }) => hostnames),
  ];
}
