// Deployment controller: a ReplicaSet per pod template, rolling updates, and progress conditions.
import type { KubeObject } from '../kubernetes/cluster.ts';
import {
  type NewCondition,
  conditionsFrom,
  conditionsOf,
  hash,
  isTrue,
  recordEvent,
  refOf,
  statusOf,
} from './conditions.ts';
import {
  describeRevision,
  numberDeployment,
  trimHistory,
  writeRevision,
} from './deployment-revisions.ts';
import { kinds } from './kinds.ts';
import type { Controller, Pass } from './loop.ts';
import { isHeldUp } from './pod-trouble.ts';
import { maxUnavailable, rolledOut } from './rollout.ts';
import {
  type DeploymentSpec,
  isControlledBy,
  ownerReference,
  readDeployment,
  readReplicaSet,
} from './workload.ts';

const hashLabel = 'pod-template-hash';

export const deployments: Controller = {
  name: 'deployments',
  watches: [kinds.deployment, kinds.replicaSet, kinds.pod],
  reconcile: (pass) => {
    const sets = pass.list(kinds.replicaSet);
    for (const deployment of pass.list(kinds.deployment)) {
      if (deployment.metadata.deletionTimestamp === undefined) {
        reconcileDeployment(pass, deployment, sets);
      }
    }
  },
};

function reconcileDeployment(
  pass: Pass,
  deployment: KubeObject,
  sets: readonly KubeObject[],
): void {
  const spec = readDeployment(deployment);
  const templateHash = hash(JSON.stringify(sorted(spec.template)), 10);
  const own = sets.filter((set) => isControlledBy(set, deployment));
  const current = own.find((set) => set.metadata.labels?.[hashLabel] === templateHash);
  const old = own.filter((set) => set !== current);
  if (spec.paused) keepPaused(pass, deployment, spec, own);
  else if (current === undefined) createSet(pass, { deployment, spec, templateHash, old });
  else {
    writeRevision(pass, deployment, current, old);
    scale(pass, { deployment, spec, current, old });
    trimHistory(pass, old, spec.revisionHistoryLimit);
  }
  writeStatus(pass, deployment, spec, current, old);
}

/** Sorted fields: the same template gives the same hash in any field order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => left.localeCompare(right))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

interface NewSet {
  readonly deployment: KubeObject;
  readonly spec: DeploymentSpec;
  readonly templateHash: string;
  readonly old: readonly KubeObject[];
}

function createSet(pass: Pass, { deployment, spec, templateHash, old }: NewSet): void {
  const labels = { ...spec.template.metadata.labels, [hashLabel]: templateHash };
  const { replicas } = rolledOut(spec, counts(undefined), old.map(counts));
  const annotations = describeRevision(deployment, undefined, old);
  const name = `${deployment.metadata.name}-${templateHash}`;
  pass.store.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: deployment.metadata.namespace ?? 'default',
      labels,
      annotations,
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas,
      selector: { matchLabels: { ...spec.selector.matchLabels, [hashLabel]: templateHash } },
      template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
    },
  });
  numberDeployment(pass, deployment, annotations);
  tellScaling(pass, deployment, name, 0, replicas);
}

interface Scaling {
  readonly deployment: KubeObject;
  readonly spec: DeploymentSpec;
  readonly current: KubeObject;
  readonly old: readonly KubeObject[];
}

function scale(pass: Pass, { deployment, spec, current, old }: Scaling): void {
  const wanted = rolledOut(spec, counts(current), old.map(counts));
  setReplicas(pass, deployment, current, wanted.replicas);
  for (const [at, set] of old.entries()) setReplicas(pass, deployment, set, wanted.old[at] ?? 0);
}

/** A paused Deployment rolls nothing out; its one set with pods still follows its replica count. */
function keepPaused(
  pass: Pass,
  deployment: KubeObject,
  spec: DeploymentSpec,
  own: readonly KubeObject[],
): void {
  const [active, ...others] = own.filter((set) => readReplicaSet(set).replicas > 0);
  if (active !== undefined && others.length === 0) {
    setReplicas(pass, deployment, active, spec.replicas);
  }
}

function tellScaling(
  pass: Pass,
  deployment: KubeObject,
  set: string,
  from: number,
  to: number,
): void {
  if (from === to) return;
  recordEvent(
    pass,
    deployment,
    {
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled ${to > from ? 'up' : 'down'} replica set ${set} from ${from} to ${to}`,
      component: 'deployment-controller',
    },
    'again',
  );
}

function setReplicas(pass: Pass, deployment: KubeObject, set: KubeObject, replicas: number): void {
  const before = readReplicaSet(set).replicas;
  if (before === replicas) return;
  tellScaling(pass, deployment, set.metadata.name, before, replicas);
  pass.store.update(refOf(set), (object) => {
    object['spec'] = { ...(object['spec'] as object), replicas };
  });
}

function counts(set: KubeObject | undefined): { wanted: number; there: number; ready: number } {
  if (set === undefined) return { wanted: 0, there: 0, ready: 0 };
  const status = statusOf(set);
  return {
    wanted: readReplicaSet(set).replicas,
    there: Number(status['replicas'] ?? 0),
    ready: Number(status['readyReplicas'] ?? 0),
  };
}

function writeStatus(
  pass: Pass,
  deployment: KubeObject,
  spec: DeploymentSpec,
  current: KubeObject | undefined,
  old: readonly KubeObject[],
): void {
  const now = counts(current);
  const before = old.map(counts);
  const sum = (of: 'there' | 'ready'): number =>
    before.reduce((all, one) => all + one[of], now[of]);
  const available = sum('ready');
  const complete =
    now.ready >= spec.replicas && sum('there') === now.there && now.there === spec.replicas;
  const wanted = [
    availability(spec, available),
    progress(pass, deployment, { spec, current, complete }),
    ...conditionsOf(current?.['status']).filter((one) => one.type === 'ReplicaFailure'),
  ];
  pass.store.updateStatus(refOf(deployment), (object) => {
    const conditions = conditionsFrom(statusOf(object)['conditions'], wanted).map((one) => ({
      ...one,
      lastUpdateTime: one.lastTransitionTime,
    }));
    object['status'] = {
      observedGeneration: object.metadata.generation ?? 1,
      replicas: sum('there'),
      updatedReplicas: now.there,
      ...(available > 0 ? { readyReplicas: available, availableReplicas: available } : {}),
      ...(available < spec.replicas ? { unavailableReplicas: spec.replicas - available } : {}),
      conditions,
    };
  });
}

function availability(spec: DeploymentSpec, available: number): NewCondition {
  const least = spec.replicas - maxUnavailable(spec);
  return available >= least
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

function progress(
  pass: Pass,
  deployment: KubeObject,
  at: { spec: DeploymentSpec; current: KubeObject | undefined; complete: boolean },
): NewCondition {
  const name = at.current?.metadata.name ?? deployment.metadata.name;
  const { uid, generation } = deployment.metadata;
  const clock = `${uid}/progress/${generation ?? 1}/${Number(statusOf(at.current)['readyReplicas'] ?? 0)}`;
  if (at.spec.paused) {
    return {
      type: 'Progressing',
      status: 'Unknown',
      reason: 'DeploymentPaused',
      message: 'Deployment is paused',
    };
  }
  if (at.complete) {
    return {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${name}" has successfully progressed.`,
    };
  }
  const isDue = pass.passed(clock, at.spec.progressDeadlineSeconds * 1000);
  if (isDue && isStuck(pass, at.current)) {
    return {
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${name}" has timed out progressing.`,
    };
  }
  return {
    type: 'Progressing',
    status: 'True',
    reason: at.current === undefined ? 'NewReplicaSetCreated' : 'ReplicaSetUpdated',
    message: `ReplicaSet "${name}" is progressing.`,
  };
}

/**
 * True when something blocks the pods. A starting pod never counts: all starts here end within the
 * deadline, and at a high speed a busy machine must not look like a broken image.
 */
function isStuck(pass: Pass, set: KubeObject | undefined): boolean {
  if (set === undefined) return false;
  if (conditionsOf(set['status']).some((one) => one.type === 'ReplicaFailure')) return true;
  return pass
    .list(kinds.pod, set.metadata.namespace)
    .filter((pod) => isControlledBy(pod, set) && !isTrue(pod['status'], 'Ready'))
    .some((pod) => isHeldUp(pass, pod));
}
