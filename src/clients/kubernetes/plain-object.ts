// Schemas of objects and lists in the API's own format.
import { z } from 'zod';
import type { KubernetesObject } from './client.ts';

const plain = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    generation: z.number().optional(),
    resourceVersion: z.string().optional(),
    creationTimestamp: z.string().nullish(),
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});

/** @throws ZodError when it is no Kubernetes object. */
export function toObject(answer: unknown): KubernetesObject {
  return plain.parse(answer) as KubernetesObject;
}

const list = z.object({ items: z.array(z.looseObject({})).nullish() });

/** @throws ZodError when it is no list. */
export const toItems = (answer: unknown): Readonly<Record<string, unknown>>[] =>
  list.parse(answer).items ?? [];
