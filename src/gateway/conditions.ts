// Reads of Kubernetes objects whose form nobody vouches for: conditions, addresses, the operator's states.
import { z } from 'zod';
import type { KubernetesObject } from '../clients/kubernetes/client.ts';

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
  observedGeneration: z.number().optional(),
});
export type Condition = z.infer<typeof condition>;

const conditions = z.array(condition).default([]);
const withConditions = z.object({ conditions }).default({ conditions: [] });
const withAncestors = z.object({ ancestors: z.array(withConditions).default([]) });
const withParents = z.object({ parents: z.array(withConditions).default([]) });
const withAddresses = z.object({
  addresses: z.array(z.object({ value: z.string() })).default([]),
});
const operatorStatus = z.object({
  state: z.string().optional(),
  currentState: z.string().optional(),
  errorMessage: z.string().optional(),
});

export function conditionsOf(object: KubernetesObject | undefined): Condition[] {
  return withConditions.safeParse(object?.['status']).data?.conditions ?? [];
}

/** Conditions of every ancestor (extensions, policies). */
export function ancestorConditions(object: KubernetesObject | undefined): Condition[][] {
  const { data } = withAncestors.safeParse(object?.['status']);
  return (data?.ancestors ?? []).map((ancestor) => ancestor.conditions);
}

/** Conditions of every parent (routes, pools). */
export function parentConditions(object: KubernetesObject | undefined): Condition[][] {
  const { data } = withParents.safeParse(object?.['status']);
  return (data?.parents ?? []).map((parent) => parent.conditions);
}

/** What is missing for all `wanted` types to be True, in words; undefined when nothing is. */
export function unmetCondition(
  object: KubernetesObject,
  found: readonly Condition[],
  desired: readonly string[],
): string | undefined {
  const generation = object.metadata.generation;
  for (const type of desired) {
    const at = found.find((one) => one.type === type);
    if (at === undefined) return `${type} is not reported yet`;
    const isStale =
      generation !== undefined &&
      at.observedGeneration !== undefined &&
      at.observedGeneration < generation;
    if (isStale) return `${type} is not reported for the last change yet`;
    if (at.status !== 'True') {
      const words = [at.reason, at.message].filter((word) => word !== '').join(': ');
      return `${type} is ${at.status}${words === '' ? '' : ` (${words})`}`;
    }
  }
  return undefined;
}

/** The first address of a Gateway. */
export function addressOf(gateway: KubernetesObject | undefined): string | undefined {
  return withAddresses.safeParse(gateway?.['status']).data?.addresses[0]?.value;
}

/** State of one of the operator's resources; its versions spell the field in two ways. */
export function operatorState(object: KubernetesObject | undefined): {
  readonly state: string;
  readonly errorMessage: string;
} {
  const { data } = operatorStatus.safeParse(object?.['status']);
  return { state: data?.state ?? data?.currentState ?? '', errorMessage: data?.errorMessage ?? '' };
}
