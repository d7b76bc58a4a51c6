// HTTPRoute controller: binding to gateways after one to four minutes; otherwise no status.
import type { KubeObject } from '../kubernetes/cluster.ts';
import {
  type NewCondition,
  conditionsFrom,
  isTrue,
  recordEvent,
  refOf,
  statusOf,
} from './conditions.ts';
import { isGkeClass } from './gateway-classes.ts';
import { parentStatus, type ParentStatus } from './gateway-status.ts';
import {
  type BackendRef,
  controllerName,
  isPool,
  type ParentRef,
  readGateway,
  readPool,
  readRoute,
} from './gateway-views.ts';
import { kinds } from './kinds.ts';
import type { Controller, Pass } from './loop.ts';

const bindMs = 60_000;
const reconcileMs = 30_000;

export const httpRoutes: Controller = {
  name: 'httproutes',
  watches: [kinds.httpRoute, kinds.gateway, kinds.inferencePool, kinds.service],
  reconcile: (pass) => {
    for (const route of pass.list(kinds.httpRoute)) {
      if (route.metadata.deletionTimestamp === undefined) bind(pass, route);
    }
  },
};

function bind(pass: Pass, route: KubeObject): void {
  const { parentRefs } = readRoute(route['spec']);
  const parents = parentRefs.flatMap((ref) => {
    const gateway = pass.get(kinds.gateway, ref.namespace ?? route.metadata.namespace, ref.name);
    if (gateway === undefined || !isGkeClass(readGateway(gateway).gatewayClassName)) return [];
    const status = parentOf(pass, route, gateway, ref);
    return status === undefined ? [] : [status];
  });
  pass.store.updateStatus(refOf(route), (object) => {
    if (parents.length > 0 || statusOf(object)['parents'] !== undefined)
      object['status'] = { parents };
  });
}

function parentOf(
  pass: Pass,
  route: KubeObject,
  gateway: KubeObject,
  ref: ParentRef,
): ParentStatus | undefined {
  const key = `${route.metadata.uid}/${gateway.metadata.uid}`;
  const before = parentStatus(route, gateway);
  if (!isTrue(gateway['status'], 'Accepted')) return before;
  if (before === undefined && !pass.passed(`${key}/bind`, bindMs)) return undefined;
  const accepted = acceptance(route, gateway, ref);
  const resolved = resolution(pass, route);
  const isSound = accepted.status === 'True' && resolved.status === 'True';
  const generation = route.metadata.generation ?? 1;
  const isProgrammed = isSound && isTrue(gateway['status'], 'Programmed');
  if (!isSound) pass.forget(`${key}/reconcile`);
  const isReconciled = isProgrammed && pass.passed(`${key}/reconcile/${generation}`, reconcileMs);
  announce(pass, route, gateway, isReconciled);
  const wanted = [accepted, resolved, reconciliation(isSound, isReconciled, resolved)].map(
    (condition) => ({ ...condition, observedGeneration: generation }),
  );
  const { group, kind, name, namespace, sectionName } = ref;
  return {
    parentRef: {
      group,
      kind,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(sectionName === undefined ? {} : { sectionName }),
    },
    controllerName,
    conditions: conditionsFrom(before?.conditions, wanted),
  };
}

function acceptance(route: KubeObject, gateway: KubeObject, ref: ParentRef): NewCondition {
  const { listeners } = readGateway(gateway);
  const named = listeners.filter(
    (one) =>
      (ref.sectionName === undefined || one.name === ref.sectionName) &&
      (ref.port === undefined || one.port === ref.port),
  );
  const refuse = (reason: string, message: string): NewCondition => ({
    type: 'Accepted',
    status: 'False',
    reason,
    message,
  });
  if (named.length === 0) {
    return refuse('NoMatchingParent', 'No listener of the Gateway matches the parent reference.');
  }
  const isAllowed = named.some(
    (one) =>
      one.allowedRoutes.namespaces.from === 'All' ||
      route.metadata.namespace === gateway.metadata.namespace,
  );
  return isAllowed
    ? { type: 'Accepted', status: 'True', reason: 'Accepted', message: '' }
    : refuse('NotAllowedByListeners', 'The listeners do not allow routes of this namespace.');
}

function resolution(pass: Pass, route: KubeObject): NewCondition {
  const name = `${route.metadata.namespace ?? 'default'}/${route.metadata.name}`;
  for (const ref of readRoute(route['spec']).rules.flatMap((rule) => rule.backendRefs)) {
    const problem = unresolved(pass, route, name, ref);
    if (problem !== undefined) {
      return {
        type: 'ResolvedRefs',
        status: 'False',
        reason: problem.reason,
        message: problem.message,
      };
    }
  }
  return { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: '' };
}

function unresolved(
  pass: Pass,
  route: KubeObject,
  name: string,
  ref: BackendRef,
): { reason: string; message: string } | undefined {
  const namespace = ref.namespace ?? route.metadata.namespace ?? 'default';
  const misconfigured = (code: string, why: string) => ({
    reason: 'BackendNotFound',
    message: `error cause: reference-not-found: Error ${code}: HTTPRoute "${name}" is misconfigured, err: ${why}.`,
  });
  if (isPool(ref)) {
    const pool = pass.get(kinds.inferencePool, namespace, ref.name);
    if (pool === undefined) {
      return misconfigured('GWCER104', `InferencePool ${namespace}/${ref.name} not found`);
    }
    const picker = readPool(pool).endpointPickerRef.name;
    return pass.get(kinds.service, namespace, picker) === undefined
      ? misconfigured(
          'GWCER104',
          `failed to validate inference pool extension ref: InferencePool extension service ${picker} not found`,
        )
      : undefined;
  }
  if (ref.group === '' && ref.kind === 'Service') {
    return pass.get(kinds.service, namespace, ref.name) === undefined
      ? {
          reason: 'BackendNotFound',
          message: `Error GWCER102: services ${namespace}/${ref.name} not found`,
        }
      : undefined;
  }
  return {
    reason: 'InvalidKind',
    message: `Error GWCER104: HTTPRoute "${name}" is misconfigured, err: backend kind ${ref.group}/${ref.kind} is not supported.`,
  };
}

function reconciliation(
  isSound: boolean,
  isReconciled: boolean,
  resolved: NewCondition,
): NewCondition {
  if (isReconciled) {
    return { type: 'Reconciled', status: 'True', reason: 'ReconciliationSucceeded', message: '' };
  }
  return isSound
    ? {
        type: 'Reconciled',
        status: 'Unknown',
        reason: 'Pending',
        message: 'Waiting for controller',
      }
    : {
        type: 'Reconciled',
        status: 'False',
        reason: 'ReconciliationFailed',
        message: resolved.message,
      };
}

function announce(pass: Pass, route: KubeObject, gateway: KubeObject, isReconciled: boolean): void {
  const named = (object: KubeObject): string =>
    `${object.metadata.namespace ?? 'default'}/${object.metadata.name}`;
  const say = (message: string): void =>
    recordEvent(pass, route, {
      type: 'Normal',
      reason: 'SYNC',
      message,
      component: 'sc-gateway-controller',
    });
  say(`Bind of HTTPRoute "${named(route)}" to Gateway "${named(gateway)}" was a success`);
  if (isReconciled) {
    say(
      `Reconciliation of HTTPRoute "${named(route)}" to Gateway "${named(gateway)}" was a success`,
    );
  }
}
