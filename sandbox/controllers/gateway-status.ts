// A Gateway's status in GKE's form: conditions, listeners, attached routes, addresses.
import type { KubeObject } from '../kubernetes/cluster.ts';
import {
  type Condition,
  type NewCondition,
  conditionsFrom,
  isTrue,
  refOf,
  statusOf,
} from './conditions.ts';
import { controllerName, type Listener, readGateway, readRoute } from './gateway-views.ts';
import { kinds } from './kinds.ts';
import type { Pass } from './loop.ts';

export type GatewayVerdict =
  | { readonly kind: 'pending' }
  | { readonly kind: 'unprogrammed'; readonly reason: string; readonly message: string }
  | { readonly kind: 'programmed'; readonly address: string };

export function writeGatewayStatus(pass: Pass, gateway: KubeObject, verdict: GatewayVerdict): void {
  const { listeners } = readGateway(gateway);
  const routes = attachedRoutes(pass, gateway);
  pass.store.updateStatus(refOf(gateway), (object) => {
    const before = statusOf(object);
    const generation = object.metadata.generation ?? 1;
    const address = verdict.kind === 'programmed' ? verdict.address : undefined;
    object['status'] = {
      ...(address === undefined
        ? keptAddresses(before)
        : { addresses: [{ type: 'IPAddress', value: address }] }),
      conditions: conditionsFrom(before['conditions'], own(verdict, generation)),
      listeners: listeners.map((listener) => ({
        name: listener.name,
        attachedRoutes: routes.filter((route) => attaches(route, gateway, listener)).length,
        supportedKinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
        conditions: conditionsFrom(
          listenerConditions(before, listener),
          ofListener(verdict, generation),
        ),
      })),
    };
  });
}

/** A load balancer keeps its address after later failures. */
const keptAddresses = (before: Record<string, unknown>): object =>
  before['addresses'] === undefined ? {} : { addresses: before['addresses'] };

function own(verdict: GatewayVerdict, observedGeneration: number): NewCondition[] {
  const deprecated = (type: string, instead: string): NewCondition => ({
    type,
    status: 'True',
    reason: type,
    observedGeneration,
    message: `The OSS Gateway API has deprecated this condition, ${instead}`,
  });
  const accepted: NewCondition[] = [
    deprecated('Scheduled', 'do not depend on it.'),
    { type: 'Accepted', status: 'True', reason: 'Accepted', observedGeneration, message: '' },
  ];
  if (verdict.kind !== 'programmed')
    return [...accepted, unprogrammed(verdict, observedGeneration)];
  return [
    ...accepted,
    { type: 'Programmed', status: 'True', reason: 'Programmed', observedGeneration, message: '' },
    deprecated('Ready', 'use "Programmed" instead.'),
    {
      type: 'networking.gke.io/GatewayHealthy',
      status: 'True',
      reason: 'Healthy',
      observedGeneration,
      message: '',
    },
  ];
}

function unprogrammed(
  verdict: Exclude<GatewayVerdict, { kind: 'programmed' }>,
  observedGeneration: number,
): NewCondition {
  return verdict.kind === 'pending'
    ? {
        type: 'Programmed',
        status: 'Unknown',
        reason: 'Pending',
        message: 'Waiting for controller',
        observedGeneration,
      }
    : {
        type: 'Programmed',
        status: 'False',
        reason: verdict.reason,
        message: verdict.message,
        observedGeneration,
      };
}

function ofListener(verdict: GatewayVerdict, observedGeneration: number): NewCondition[] {
  const holds = (type: string, reason: string): NewCondition => ({
    type,
    status: 'True',
    reason,
    message: '',
    observedGeneration,
  });
  const always = [holds('ResolvedRefs', 'ResolvedRefs'), holds('Accepted', 'Accepted')];
  return verdict.kind === 'programmed'
    ? [...always, holds('Programmed', 'Programmed'), holds('Ready', 'Ready')]
    : [...always, unprogrammed(verdict, observedGeneration)];
}

function listenerConditions(status: Record<string, unknown>, listener: Listener): unknown {
  const listeners = (status['listeners'] ?? []) as { name: string; conditions?: unknown }[];
  return listeners.find((one) => one.name === listener.name)?.conditions;
}

/** Routes that this gateway's controller has accepted. */
function attachedRoutes(pass: Pass, gateway: KubeObject): KubeObject[] {
  return pass.list(kinds.httpRoute).filter((route) => parentStatus(route, gateway) !== undefined);
}

function attaches(route: KubeObject, gateway: KubeObject, listener: Listener): boolean {
  const refs = readRoute(route['spec']).parentRefs.filter(
    (ref) => ref.name === gateway.metadata.name,
  );
  return (
    isTrue(parentStatus(route, gateway), 'Accepted') &&
    refs.some((ref) => ref.sectionName === undefined || ref.sectionName === listener.name)
  );
}

export interface ParentStatus {
  parentRef: {
    group: string;
    kind: string;
    name: string;
    namespace?: string;
    sectionName?: string;
  };
  controllerName: string;
  conditions: Condition[];
}

export function parentStatus(route: KubeObject, gateway: KubeObject): ParentStatus | undefined {
  const parents = (statusOf(route)['parents'] ?? []) as ParentStatus[];
  return parents.find(
    (one) =>
      one.controllerName === controllerName &&
      one.parentRef.name === gateway.metadata.name &&
      (one.parentRef.namespace ?? route.metadata.namespace) === gateway.metadata.namespace,
  );
}
