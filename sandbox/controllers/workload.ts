// Typed views of Deployments, ReplicaSets and Pods, with defaults.
import { z } from 'zod';
import type { KubeObject } from '../kubernetes/cluster.ts';

const quantities = z.record(z.string(), z.union([z.string(), z.number()])).default({});

const keyRef = z.object({
  name: z.string(),
  key: z.string().default(''),
  optional: z.boolean().default(false),
});

const env = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .object({ secretKeyRef: keyRef.optional(), configMapKeyRef: keyRef.optional() })
    .optional(),
});

const container = z.object({
  name: z.string(),
  image: z.string().default(''),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
  env: z.array(env).default([]),
  ports: z.array(z.object({ containerPort: z.number() })).default([]),
  resources: z.object({ requests: quantities, limits: quantities }).partial().default({}),
  readinessProbe: z.unknown().optional(),
  restartPolicy: z.string().optional(),
});

const volume = z.object({
  name: z.string(),
  configMap: z
    .object({ name: z.string().default(''), optional: z.boolean().default(false) })
    .optional(),
  secret: z
    .object({ secretName: z.string().default(''), optional: z.boolean().default(false) })
    .optional(),
});

const podSpec = z.object({
  containers: z.array(container).min(1),
  initContainers: z.array(container).default([]),
  volumes: z.array(volume).default([]),
  serviceAccountName: z.string().default('default'),
  nodeSelector: z.record(z.string(), z.string()).default({}),
  nodeName: z.string().optional(),
});

const selector = z.object({ matchLabels: z.record(z.string(), z.string()).default({}) });

const template = z.looseObject({
  metadata: z
    .looseObject({ labels: z.record(z.string(), z.string()).default({}) })
    .default({ labels: {} }),
  spec: z.looseObject({}),
});

const scaled = { replicas: z.number().int().default(1), selector, template };

const deploymentSpec = z.object({
  ...scaled,
  minReadySeconds: z.number().default(0),
  paused: z.boolean().default(false),
  revisionHistoryLimit: z.number().default(10),
  progressDeadlineSeconds: z.number().default(600),
  strategy: z
    .object({
      type: z.enum(['RollingUpdate', 'Recreate']).default('RollingUpdate'),
      rollingUpdate: z
        .object({
          maxSurge: z.union([z.number(), z.string()]).default('25%'),
          maxUnavailable: z.union([z.number(), z.string()]).default('25%'),
        })
        .default({ maxSurge: '25%', maxUnavailable: '25%' }),
    })
    .default({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
    }),
});

const replicaSetSpec = z.object(scaled);

export type Container = z.infer<typeof container>;
export type PodSpec = z.infer<typeof podSpec>;
export type DeploymentSpec = z.infer<typeof deploymentSpec>;
export type ReplicaSetSpec = z.infer<typeof replicaSetSpec>;

export const readPodSpec = (spec: unknown): PodSpec => podSpec.parse(spec);
export const readDeployment = (object: KubeObject): DeploymentSpec =>
  deploymentSpec.parse(object['spec']);
export const readReplicaSet = (object: KubeObject): ReplicaSetSpec =>
  replicaSetSpec.parse(object['spec']);

export function matches(labels: Readonly<Record<string, string>>, object: KubeObject): boolean {
  const own = object.metadata.labels ?? {};
  return Object.entries(labels).every(([key, value]) => own[key] === value);
}

export const isControlledBy = (object: KubeObject, owner: KubeObject): boolean =>
  (object.metadata.ownerReferences ?? []).some((ref) => ref.uid === owner.metadata.uid);

export const ownerReference = (owner: KubeObject) => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

const binary: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};
const decimal: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
};

/** A Kubernetes quantity (`500m`, `9000Mi`, 12) in its base unit; 0 for anything else. */
export function quantity(value: string | number | undefined): number {
  if (typeof value === 'number') return value;
  const match = /^([0-9.]+)([A-Za-z]*)$/.exec(value ?? '');
  if (match === null) return 0;
  const [, digits = '0', unit = ''] = match;
  return Number(digits) * (unit === '' ? 1 : (binary[unit] ?? decimal[unit] ?? 0));
}

/** A pod's total request of one resource: containers and sidecars among its init containers. */
export function requested(spec: PodSpec, resource: string): number {
  const ask = (one: Container): number =>
    quantity(one.resources.requests?.[resource] ?? one.resources.limits?.[resource]);
  const sidecars = spec.initContainers.filter((one) => one.restartPolicy === 'Always');
  return [...spec.containers, ...sidecars].reduce((sum, one) => sum + ask(one), 0);
}
