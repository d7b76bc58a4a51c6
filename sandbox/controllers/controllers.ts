// Runner of every controller in every cluster.
import type { Billable, SandboxContext, SandboxService } from '../core/context.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { backendServices } from './apigee-operator/backend-services.ts';
import { products } from './apigee-operator/products.ts';
import { hasState } from './apigee-operator/status.ts';
import { statusOf } from './conditions.ts';
import { containerLog } from './container-logs.ts';
import { deployments } from './deployments.ts';
import type { ControllerDeps } from './deps.ts';
import { gatewayClasses } from './gateway-classes.ts';
import { gateways } from './gateways.ts';
import { httpRoutes } from './http-routes.ts';
import { inferencePools } from './inference-pools.ts';
import { kinds } from './kinds.ts';
import { kubelet } from './kubelet.ts';
import { type Controller, startLoop } from './loop.ts';
import { namespaces } from './namespaces.ts';
import { nodes } from './nodes.ts';
import { policies } from './policies.ts';
import { replicaSets } from './replica-sets.ts';
import { scheduler } from './scheduler.ts';
import { services } from './services.ts';
import { createTimeline } from './timeline.ts';
import { trafficExtensions } from './traffic-extensions.ts';

/** Starts the controllers of every present and future cluster. */
export function createControllers(context: SandboxContext, deps: ControllerDeps): SandboxService {
  const stops = new Set<() => void>();
  deps.kubernetes.onCluster((cluster) => {
    const stop = startControllers(context, cluster, deps);
    stops.add(stop);
    return () => {
      stops.delete(stop);
      stop();
    };
  });
  return {
    name: 'controllers',
    world: () => deps.kubernetes.list().map(worldOf),
    billable: () => deps.kubernetes.list().flatMap(billableOf),
    stop: async () => {
      for (const stop of stops) stop();
      stops.clear();
    },
  };
}

/** Runs all controllers of one cluster until the returned function is called. */
export function startControllers(
  context: SandboxContext,
  cluster: Cluster,
  deps: ControllerDeps,
): () => void {
  const timeline = createTimeline(context, cluster, 'controllers');
  const forget = cluster.store.onChange((event) => {
    if (event.type === 'DELETED') timeline.forget(event.object.metadata.uid);
  });
  const silence = cluster.tellLogs(containerLog);
  const stops = all(context, deps).map((controller) =>
    startLoop({ context, cluster, timeline, controller }),
  );
  return () => {
    forget();
    silence();
    for (const stop of stops) stop();
  };
}

function all(context: SandboxContext, deps: ControllerDeps): Controller[] {
  return [
    namespaces,
    nodes,
    deployments,
    replicaSets,
    scheduler,
    kubelet,
    services,
    gatewayClasses,
    gateways(context, deps),
    httpRoutes,
    inferencePools,
    policies,
    trafficExtensions,
    backendServices(context, deps),
    products(context, deps),
  ];
}

function worldOf({ id, store }: Cluster): unknown {
  const states = (of: { group: string; kind: string }) =>
    store.serves(of.group, of.kind)
      ? store.list({ group: of.group, kind: of.kind }).map((object) => ({
          name: `${object.metadata.namespace ?? ''}/${object.metadata.name}`,
          status: statusOf(object),
        }))
      : [];
  return {
    cluster: id,
    deployments: states(kinds.deployment),
    gateways: states(kinds.gateway),
    routes: states(kinds.httpRoute),
    apigeeBackendServices: states(kinds.backendService),
  };
}

/** Cloud resources that controllers created: the path from the load balancer to Apigee. */
function billableOf({ store }: Cluster): Billable[] {
  const { group, kind } = kinds.backendService;
  if (!store.serves(group, kind)) return [];
  return store
    .list({ group, kind })
    .filter((object) => hasState(object, 'CREATED'))
    .map((object) => ({
      service: 'compute',
      kind: 'Private Service Connect endpoint group',
      name: `${object.metadata.namespace ?? 'default'}/${object.metadata.name}`,
    }));
}
