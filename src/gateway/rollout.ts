// Rollout state of a Deployment, by the counts of `kubectl rollout status`. Pure.
import { z } from 'zod';
import type { KubernetesObject } from '../clients/kubernetes/client.ts';
import { conditionsOf } from './conditions.ts';

const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);

const deployment = z.object({
  metadata: z.object({ generation: count }),
  spec: z.object({
    replicas: z
      .number()
      .nullish()
      .transform((value) => value ?? 1),
    paused: z.boolean().nullish(),
  }),
  status: z
    .object({
      observedGeneration: count,
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
    })
    .prefault({}),
});

export interface Pods {
  readonly ready: number;
  readonly desired: number;
}

export function podsOf(found: KubernetesObject): Pods {
  const { spec, status } = deployment.parse(found);
  return { ready: status.readyReplicas, desired: spec.replicas };
}

/**
 * As text for people; undefined when every pod is of the last change and available, and there is at least one.
 * The condition Available is weaker: it is True with as many pods missing as maxUnavailable allows.
 */
export function unmetRollout(found: KubernetesObject): string | undefined {
  const { metadata, spec, status } = deployment.parse(found);
  const { replicas: desired } = spec;
  const { replicas, updatedReplicas, availableReplicas } = status;
  if (desired === 0) return 'it is scaled to 0 pods';
  if (status.observedGeneration < metadata.generation) return 'the last change is pending';
  const stopped =
    spec.paused === true
      ? ', and the rollout is paused'
      : hasStopped(found)
        ? ', and the rollout makes no progress'
        : '';
  if (updatedReplicas < desired) {
    return `${updatedReplicas} of ${desired} pods run the last change${stopped}`;
  }
  if (replicas > updatedReplicas) {
    const old = replicas - updatedReplicas;
    return `${old} old ${old === 1 ? 'pod is' : 'pods are'} still running${stopped}`;
  }
  if (availableReplicas < updatedReplicas) {
    return `${availableReplicas} of ${desired} pods are ready${stopped}`;
  }
  return undefined;
}

const hasStopped = (found: KubernetesObject): boolean =>
  conditionsOf(found).some(
    ({ type, status, reason }) =>
      type === 'Progressing' && status === 'False' && reason === 'ProgressDeadlineExceeded',
  );
