// Schemas of GKE's responses; gRPC writes absent messages as null, strings as ''.
import { z } from 'zod';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

export const operation = z.object({
  name: z.string(),
  operationType: text,
  status: z.enum(['STATUS_UNSPECIFIED', 'PENDING', 'RUNNING', 'DONE', 'ABORTING']),
  detail: text,
  statusMessage: text,
  targetLink: text,
  startTime: text,
  error: z.object({ code: z.number().nullish(), message: text }).nullish(),
});

export const operations = z.object({ operations: z.array(operation).nullish() });

export const cluster = z.object({
  name: z.string(),
  id: text,
  status: z.enum([
    'STATUS_UNSPECIFIED',
    'PROVISIONING',
    'RUNNING',
    'RECONCILING',
    'STOPPING',
    'ERROR',
    'DEGRADED',
  ]),
  statusMessage: text,
  conditions: z.array(z.object({ message: text })).nullish(),
  endpoint: text,
  controlPlaneEndpointsConfig: z
    .object({
      dnsEndpointConfig: z
        .object({ endpoint: text, allowExternalTraffic: z.boolean().nullish() })
        .nullish(),
      ipEndpointsConfig: z
        .object({
          enabled: z.boolean().nullish(),
          enablePublicEndpoint: z.boolean().nullish(),
          publicEndpoint: text,
          privateEndpoint: text,
        })
        .nullish(),
    })
    .nullish(),
  masterAuth: z.object({ clusterCaCertificate: text }).nullish(),
  currentMasterVersion: text,
  resourceLabels: z.record(z.string(), z.string()).nullish(),
  network: text,
  subnetwork: text,
  workloadIdentityConfig: z.object({ workloadPool: text }).nullish(),
  networkConfig: z
    .object({ gatewayApiConfig: z.object({ channel: z.string().nullish() }).nullish() })
    .nullish(),
  nodePools: z
    .array(
      z.object({
        name: z.string(),
        status: text,
        statusMessage: text,
        conditions: z.array(z.object({ message: text })).nullish(),
        initialNodeCount: z.number().nullish(),
        config: z.object({ machineType: text }).nullish(),
      }),
    )
    .nullish(),
});
