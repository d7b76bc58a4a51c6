// ReplicaSet controller: the desired number of pods.
import type { KubeObject } from '../kubernetes/cluster.ts';
import {
  type NewCondition,
  conditionsFrom,
  hash,
  isTrue,
  recordEvent,
  refOf,
  statusOf,
} from './conditions.ts';
import { kinds } from './kinds.ts';
import type { Controller, Pass } from './loop.ts';
import {
  isControlledBy,
  matches,
  ownerReference,
  readPodSpec,
  readReplicaSet,
} from './workload.ts';

export const replicaSets: Controller = {
  name: 'replicasets',
  watches: [kinds.replicaSet, kinds.pod, kinds.serviceAccount],
  reconcile: (pass) => {
    const pods = pass.list(kinds.pod);
    for (const set of pass.list(kinds.replicaSet)) {
      if (set.metadata.deletionTimestamp === undefined) reconcileSet(pass, set, pods);
    }
  },
};

function reconcileSet(pass: Pass, set: KubeObject, pods: readonly KubeObject[]): void {
  const spec = readReplicaSet(set);
  const own = pods.filter(
    (pod) =>
      isControlledBy(pod, set) &&
      pod.metadata.deletionTimestamp === undefined &&
      matches(spec.selector.matchLabels, pod),
  );
  const missing = spec.replicas - own.length;
  const refusal = missing > 0 ? missingAccount(pass, set) : undefined;
  if (refusal !== undefined) {
    recordEvent(pass, set, {
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: ${refusal}`,
      component: 'replicaset-controller',
    });
  } else {
    for (let count = 0; count < missing; count += 1) createPod(pass, set);
  }
  for (const pod of firstToGo(own).slice(0, Math.max(0, -missing))) {
    pass.store.delete(refOf(pod));
    tell(pass, set, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
  }
  writeStatus(pass, set, own, refusal);
}

function tell(pass: Pass, set: KubeObject, reason: string, message: string): void {
  const component = 'replicaset-controller';
  recordEvent(pass, set, { type: 'Normal', reason, message, component });
}

/** Deletion order of pods: not scheduled, then not ready, then the newest. */
function firstToGo(pods: readonly KubeObject[]): KubeObject[] {
  const use = (pod: KubeObject): number =>
    (isTrue(pod['status'], 'PodScheduled') ? 1 : 0) + (isTrue(pod['status'], 'Ready') ? 2 : 0);
  return pods.toReversed().toSorted((left, right) => use(left) - use(right));
}

function missingAccount(pass: Pass, set: KubeObject): string | undefined {
  const { serviceAccountName: account } = readPodSpec(readReplicaSet(set).template.spec);
  const namespace = set.metadata.namespace ?? 'default';
  if (account === 'default' || pass.get(kinds.serviceAccount, namespace, account) !== undefined) {
    return undefined;
  }
  return `pods "${set.metadata.name}-" is forbidden: error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
}

function createPod(pass: Pass, set: KubeObject): void {
  const { template } = readReplicaSet(set);
  const name = `${set.metadata.name}-${hash(`${set.metadata.uid}${crypto.randomUUID()}`, 5)}`;
  const { labels, annotations } = template.metadata as {
    labels: Record<string, string>;
    annotations?: Record<string, string>;
  };
  pass.store.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: set.metadata.namespace ?? 'default',
      labels: { ...labels },
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
      ownerReferences: [ownerReference(set)],
    },
    spec: structuredClone(template.spec),
  });
  tell(pass, set, 'SuccessfulCreate', `Created pod: ${name}`);
}

function writeStatus(
  pass: Pass,
  set: KubeObject,
  own: readonly KubeObject[],
  refusal: string | undefined,
): void {
  const ready = own.filter((pod) => isTrue(pod['status'], 'Ready')).length;
  const failure: NewCondition[] =
    refusal === undefined
      ? []
      : [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal }];
  pass.store.updateStatus(refOf(set), (object) => {
    const conditions = conditionsFrom(statusOf(object)['conditions'], failure);
    object['status'] = {
      replicas: own.length,
      fullyLabeledReplicas: own.length,
      ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
      observedGeneration: object.metadata.generation ?? 1,
      ...(conditions.length > 0 ? { conditions } : {}),
    };
  });
}
