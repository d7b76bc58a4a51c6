// Propagation of applied objects to the load balancer, with a delay per kind.
import type { SandboxContext } from '../core/context.ts';
import type { KubeObject } from '../kubernetes/cluster.ts';
import { type Condition, conditionsOf, statusOf } from '../controllers/conditions.ts';
import { parentStatus } from '../controllers/gateway-status.ts';
import { readExtension, readRoute } from '../controllers/gateway-views.ts';
import { kinds } from '../controllers/kinds.ts';
import type { Controller, Pass } from '../controllers/loop.ts';
import { targetsOf } from '../controllers/traffic-extensions.ts';
import type { DataplaneState, Programmed, ProgrammedExtension, ProgrammedRoute } from './state.ts';

const extensionMs = 120_000;
const removalMs = 60_000;

export function propagation(context: SandboxContext, state: DataplaneState): Controller {
  return {
    name: 'propagation',
    watches: [kinds.httpRoute, kinds.trafficExtension, kinds.gateway],
    reconcile: (pass) => {
      const programmed = (state.clusters[pass.cluster.id] ??= { routes: {}, extensions: {} });
      const before = JSON.stringify(programmed);
      propagateRoutes(pass, programmed);
      propagateExtensions(pass, programmed);
      if (JSON.stringify(programmed) !== before) context.changed('dataplane');
    },
  };
}

function propagateRoutes(pass: Pass, programmed: Programmed): void {
  const wanted: Record<string, ProgrammedRoute> = {};
  const kept = new Set<string>();
  for (const route of pass.list(kinds.httpRoute)) {
    for (const gateway of pass.list(kinds.gateway)) {
      const status = parentStatus(route, gateway);
      if (status === undefined) continue;
      const key = `${route.metadata.uid}/${gateway.metadata.uid}`;
      // An edited object keeps its old rules until the new ones are reconciled.
      kept.add(key);
      if (!holdsNow(status, route, ['Accepted', 'ResolvedRefs', 'Reconciled'])) continue;
      wanted[key] = {
        gatewayUid: gateway.metadata.uid,
        namespace: route.metadata.namespace ?? 'default',
        name: route.metadata.name,
        createdAt: route.metadata.creationTimestamp,
        spec: readRoute(route['spec']),
      };
    }
  }
  Object.assign(programmed.routes, wanted);
  removeGone(pass, programmed.routes, kept);
}

function propagateExtensions(pass: Pass, programmed: Programmed): void {
  const kept = new Set<string>();
  for (const extension of pass.list(kinds.trafficExtension)) {
    const { uid, namespace = 'default', name, generation = 1 } = extension.metadata;
    for (const target of targetsOf(extension)) {
      const gateway = pass.get(kinds.gateway, namespace, target);
      if (gateway === undefined) continue;
      const key = `${uid}/${gateway.metadata.uid}`;
      kept.add(key);
      const ancestor = ancestorOf(extension, target);
      if (!holdsNow(ancestor, extension, ['Accepted', 'ResolvedRefs'])) continue;
      if (!pass.passed(`${key}/live/${generation}`, extensionMs)) continue;
      programmed.extensions[key] = {
        gatewayUid: gateway.metadata.uid,
        namespace,
        name,
        spec: readExtension(extension['spec']),
      } satisfies ProgrammedExtension;
    }
  }
  removeGone(pass, programmed.extensions, kept);
}

function removeGone(pass: Pass, live: Record<string, unknown>, kept: ReadonlySet<string>): void {
  for (const key of Object.keys(live)) {
    if (kept.has(key)) pass.forget(`${key}/gone`);
    else if (pass.passed(`${key}/gone`, removalMs)) {
      delete live[key];
      pass.forget(`${key}/`);
    }
  }
}

function ancestorOf(
  extension: KubeObject,
  gateway: string,
): { conditions?: Condition[] } | undefined {
  const ancestors = (statusOf(extension)['ancestors'] ?? []) as {
    ancestorRef: { name: string };
    conditions?: Condition[];
  }[];
  return ancestors.find((one) => one.ancestorRef.name === gateway);
}

/** True when all of these conditions hold for the object's current generation. */
function holdsNow(holder: unknown, object: KubeObject, types: readonly string[]): boolean {
  const conditions = conditionsOf(holder);
  return types.every((type) =>
    conditions.some(
      (one) =>
        one.type === type &&
        one.status === 'True' &&
        (one.observedGeneration ?? 0) >= (object.metadata.generation ?? 1),
    ),
  );
}
