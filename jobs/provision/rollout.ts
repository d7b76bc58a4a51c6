// What a Deployment's rollout still lacks. Pure.
import { z } from 'zod';
import type { KubernetesObject } from '../../src/clients/kubernetes/client.ts';
import { conditionsOf } from '../conditions.ts';

const deployment = z.object({
  metadata: z.object({ generation: z.number().default(0) }),
  spec: z.object({ replicas: z.number().default(1) }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      updatedReplicas: z.number().default(0),
      readyReplicas: z.number().default(0),
    })
    .default({ observedGeneration: 0, updatedReplicas: 0, readyReplicas: 0 }),
});

export interface Pods {
  readonly ready: number;
  readonly wanted: number;
}

export function podsOf(found: KubernetesObject): Pods {
  const { spec, status } = deployment.parse(found);
  return { ready: status.readyReplicas, wanted: spec.replicas };
}

/** Available alone may speak of the pods before the last change: those of now must be out, too. */
export function rolloutLacks(found: KubernetesObject): string | undefined {
  const { metadata, spec, status } = deployment.parse(found);
  if (status.observedGeneration < metadata.generation) return 'the last change is not taken up yet';
  if (status.updatedReplicas < spec.replicas) {
    return `${status.updatedReplicas} of ${spec.replicas} pods are of the last change`;
  }
  const available = conditionsOf(found).find((condition) => condition.type === 'Available');
  if (available?.status === 'True') return undefined;
  return `${status.readyReplicas} of ${spec.replicas} pods are ready`;
}
