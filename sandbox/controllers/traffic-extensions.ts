// GCPTrafficExtension controller: binding to gateways and created Apigee backends of its namespace.
import type { KubeObject } from '../kubernetes/cluster.ts';
import {
  type Condition,
  type NewCondition,
  conditionsFrom,
  isTrue,
  refOf,
  statusOf,
} from './conditions.ts';
import { hasState } from './apigee-operator/status.ts';
import { controllerName, type Extension, readExtension } from './gateway-views.ts';
import { kinds } from './kinds.ts';
import type { Controller, Pass } from './loop.ts';

const bindMs = 60_000;

interface Ancestor {
  ancestorRef: { group: string; kind: string; name: string; namespace: string };
  controllerName: string;
  conditions: Condition[];
}

export const trafficExtensions: Controller = {
  name: 'traffic-extensions',
  watches: [kinds.trafficExtension, kinds.gateway, kinds.backendService, kinds.service],
  reconcile: (pass) => {
    for (const extension of pass.list(kinds.trafficExtension)) bind(pass, extension);
  },
};

/** The names of the gateways that an extension targets, in its own namespace. */
export const targetsOf = (extension: KubeObject): string[] =>
  readExtension(extension['spec'])
    .targetRefs.filter((ref) => ref.kind === 'Gateway')
    .map((ref) => ref.name);

function bind(pass: Pass, extension: KubeObject): void {
  const namespace = extension.metadata.namespace ?? 'default';
  const before = (statusOf(extension)['ancestors'] ?? []) as Ancestor[];
  const ancestors = targetsOf(extension).flatMap((name): Ancestor[] => {
    const gateway = pass.get(kinds.gateway, namespace, name);
    if (gateway === undefined) return [];
    const old = before.find((one) => one.ancestorRef.name === name);
    const key = `${extension.metadata.uid}/bind/${gateway.metadata.uid}`;
    if (!isTrue(gateway['status'], 'Accepted')) return old === undefined ? [] : [old];
    if (old === undefined && !pass.passed(key, bindMs)) return [];
    return [
      {
        ancestorRef: { group: kinds.gateway.group, kind: 'Gateway', name, namespace },
        controllerName,
        conditions: conditionsFrom(old?.conditions, verdict(pass, extension, name)),
      },
    ];
  });
  pass.store.updateStatus(refOf(extension), (object) => {
    if (ancestors.length > 0 || statusOf(object)['ancestors'] !== undefined)
      object['status'] = { ancestors };
  });
}

function verdict(pass: Pass, extension: KubeObject, gateway: string): NewCondition[] {
  const observedGeneration = extension.metadata.generation ?? 1;
  const rival = olderRival(pass, extension, gateway);
  const condition = (type: string, reason: string, message?: string): NewCondition => ({
    type,
    status: message === undefined ? 'True' : 'False',
    reason,
    message: message ?? '',
    observedGeneration,
  });
  const accepted =
    rival === undefined
      ? condition('Accepted', 'Accepted')
      : condition(
          'Accepted',
          'Conflicted',
          `Gateway "${gateway}" already has GCPTrafficExtension "${rival}": a forwarding rule takes one.`,
        );
  const problem = readExtension(extension['spec'])
    .extensionChains.flatMap((chain) => chain.extensions)
    .map((one) => unresolved(pass, extension, one))
    .find((one) => one !== undefined);
  const resolved =
    problem === undefined
      ? condition('ResolvedRefs', 'ResolvedRefs')
      : condition('ResolvedRefs', 'BackendNotFound', problem);
  return [accepted, resolved];
}

function olderRival(pass: Pass, extension: KubeObject, gateway: string): string | undefined {
  const { namespace, uid, creationTimestamp } = extension.metadata;
  const older = (other: KubeObject): boolean =>
    other.metadata.creationTimestamp < creationTimestamp ||
    (other.metadata.creationTimestamp === creationTimestamp && other.metadata.uid < uid);
  return pass
    .list(kinds.trafficExtension, namespace)
    .find(
      (other) => other.metadata.uid !== uid && targetsOf(other).includes(gateway) && older(other),
    )?.metadata.name;
}

function unresolved(pass: Pass, extension: KubeObject, one: Extension): string | undefined {
  const ref = one.backendRef;
  if (ref === undefined) return undefined;
  const namespace = extension.metadata.namespace ?? 'default';
  const missing = `backend ${ref.kind} "${namespace}/${ref.name}" not found`;
  if (ref.kind === 'Service') {
    return pass.get(kinds.service, namespace, ref.name) === undefined ? missing : undefined;
  }
  if (ref.kind !== 'ApigeeBackendService') return `backend kind ${ref.kind} is not supported`;
  const backend = pass.get(kinds.backendService, namespace, ref.name);
  if (backend === undefined) return missing;
  return hasState(backend, 'CREATED')
    ? undefined
    : `backend ApigeeBackendService "${namespace}/${ref.name}" is not ready`;
}
