// Typed views of the operator's own resources.
import { z } from 'zod';
import type { KubeObject } from '../../kubernetes/cluster.ts';

const ref = z.object({ name: z.string(), kind: z.string(), namespace: z.string().optional() });

const backendService = z.object({
  apigeeEnv: z.string().optional(),
  defaultSecurityEnabled: z.boolean().default(false),
  locations: z.array(z.object({ name: z.string(), network: z.string(), subnetwork: z.string() })),
});

const apiProduct = z.object({
  name: z.string().optional(),
  displayName: z.string().optional(),
  approvalType: z.enum(['auto', 'manual']).default('auto'),
  enforcementRefs: z.array(ref).default([]),
  attributes: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
});

const operationSet = z.object({
  apiProductRefs: z.array(ref).default([]),
  quota: z.object({ limit: z.number(), interval: z.number(), timeUnit: z.string() }).optional(),
  restOperations: z
    .array(
      z.object({ name: z.string(), path: z.string(), methods: z.array(z.string()).default([]) }),
    )
    .default([]),
});

export type BackendServiceSpec = z.infer<typeof backendService>;
export type ApiProductSpec = z.infer<typeof apiProduct>;
export type OperationSetSpec = z.infer<typeof operationSet>;

export const readBackendService = (object: KubeObject): BackendServiceSpec =>
  backendService.parse(object['spec']);
export const readApiProduct = (object: KubeObject): ApiProductSpec =>
  apiProduct.parse(object['spec']);
export const readOperationSet = (object: KubeObject): OperationSetSpec =>
  operationSet.parse(object['spec']);
