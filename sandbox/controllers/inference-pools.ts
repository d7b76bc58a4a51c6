// InferencePool controller: a parent status for each gateway with an accepted route.
import type { KubeObject } from '../kubernetes/cluster.ts';
import {
  type Condition,
  type NewCondition,
  conditionsFrom,
  isTrue,
  refOf,
  statusOf,
} from './conditions.ts';
import { parentStatus } from './gateway-status.ts';
import { isPool, readPool, readRoute } from './gateway-views.ts';
import { kinds } from './kinds.ts';
import type { Controller, Pass } from './loop.ts';

const attachMs = 15_000;

interface PoolParent {
  parentRef: { group: string; kind: string; name: string; namespace: string };
  conditions: Condition[];
}

export const inferencePools: Controller = {
  name: 'inferencepools',
  watches: [kinds.inferencePool, kinds.httpRoute, kinds.gateway, kinds.service],
  reconcile: (pass) => {
    for (const pool of pass.list(kinds.inferencePool)) attach(pass, pool);
  },
};

function attach(pass: Pass, pool: KubeObject): void {
  const before = (statusOf(pool)['parents'] ?? []) as PoolParent[];
  const parents = gatewaysOf(pass, pool).flatMap((gateway): PoolParent[] => {
    const { name, namespace = 'default', uid } = gateway.metadata;
    const old = before.find(
      (one) => one.parentRef.name === name && one.parentRef.namespace === namespace,
    );
    if (old === undefined && !pass.passed(`${pool.metadata.uid}/attach/${uid}`, attachMs))
      return [];
    return [
      {
        parentRef: { group: kinds.gateway.group, kind: 'Gateway', name, namespace },
        conditions: conditionsFrom(old?.conditions, verdict(pass, pool)),
      },
    ];
  });
  pass.store.updateStatus(refOf(pool), (object) => {
    if (parents.length > 0 || statusOf(object)['parents'] !== undefined)
      object['status'] = { parents };
  });
}

/** Gateways with an accepted route to the pool. */
function gatewaysOf(pass: Pass, pool: KubeObject): KubeObject[] {
  const routes = pass.list(kinds.httpRoute, pool.metadata.namespace).filter((route) =>
    readRoute(route['spec'])
      .rules.flatMap((rule) => rule.backendRefs)
      .some((ref) => isPool(ref) && ref.name === pool.metadata.name),
  );
  return pass
    .list(kinds.gateway)
    .filter((gateway) => routes.some((route) => isTrue(parentStatus(route, gateway), 'Accepted')));
}

function verdict(pass: Pass, pool: KubeObject): NewCondition[] {
  const { name } = readPool(pool).endpointPickerRef;
  const picker = pass.get(kinds.service, pool.metadata.namespace, name);
  const observedGeneration = pool.metadata.generation ?? 1;
  const accepted: NewCondition = {
    type: 'Accepted',
    status: 'True',
    reason: 'Accepted',
    message: '',
    observedGeneration,
  };
  const resolved: NewCondition =
    picker === undefined
      ? {
          type: 'ResolvedRefs',
          status: 'False',
          reason: 'InvalidExtensionRef',
          message: `InferencePool extension service ${name} not found.`,
          observedGeneration,
        }
      : {
          type: 'ResolvedRefs',
          status: 'True',
          reason: 'ResolvedRefs',
          message: '',
          observedGeneration,
        };
  return [accepted, resolved];
}
