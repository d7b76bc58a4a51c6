// The names of what llmgw makes in a cluster and in Apigee: the only place where they are written, beside the manifests.
import type { ObjectRef } from '../src/clients/kubernetes/client.ts';

const inDefault = (apiVersion: string, kind: string, name: string) =>
  ({ apiVersion, kind, namespace: 'default', name }) as const satisfies ObjectRef;

export const gatewayRef = inDefault('gateway.networking.k8s.io/v1', 'Gateway', 'inference-gateway');
export const routeRef = inDefault('gateway.networking.k8s.io/v1', 'HTTPRoute', 'llm-route');
export const modelServerRef = inDefault('apps/v1', 'Deployment', 'vllm-qwen');
export const backendServiceRef = inDefault(
  'apim.googleapis.com/v1',
  'ApigeeBackendService',
  'apigee-llm',
);
/** Made by the operator for the backend service. */
export const extensionPolicyRef = inDefault(
  'apim.googleapis.com/v1',
  'APIMExtensionPolicy',
  'apigee-llm',
);
export const trafficExtensionRef = inDefault(
  'networking.gke.io/v1',
  'GCPTrafficExtension',
  'apigee-llm-extension',
);
export const proofRef = inDefault('v1', 'ConfigMap', 'llmgw-protection-proof');
export const productRef = {
  apiVersion: 'apim.googleapis.com/v1',
  kind: 'APIProduct',
  namespace: 'apim',
  name: 'llm-product',
} as const satisfies ObjectRef;
export const operationSetRef = {
  apiVersion: 'apim.googleapis.com/v1',
  kind: 'APIOperationSet',
  namespace: 'apim',
  name: 'llm-operations',
} as const satisfies ObjectRef;

/** Name of the Apigee product, as in its manifest. */
export const productName = productRef.name;

/** Developer app of each person. */
export const appName = (gateway: string): string => `llmgw-${gateway}`;

export const modelServerPods = 'app=vllm-qwen';
