// Names of llmgw's resources in the cluster and Apigee, apart from the manifests.
import type { ObjectRef } from '../clients/kubernetes/client.ts';

const inDefault = (apiVersion: string, kind: string, name: string) =>
  ({ apiVersion, kind, namespace: 'default', name }) as const satisfies ObjectRef;

export const gatewayRef = inDefault('gateway.networking.k8s.io/v1', 'Gateway', 'inference-gateway');
export const routeRef = inDefault('gateway.networking.k8s.io/v1', 'HTTPRoute', 'llm-route');
export const modelServerRef = inDefault('apps/v1', 'Deployment', 'vllm-qwen');
export const pickerRef = inDefault('apps/v1', 'Deployment', 'vllm-qwen-epp');
export const operatorRef = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'apim',
  name: 'apigee-apim-operator',
} as const satisfies ObjectRef;
/** Kinds of the operator that llmgw uses, and the names of their CustomResourceDefinitions. */
export const operatorDefinitions = {
  ApigeeBackendService: 'apigeebackendservices.apim.googleapis.com',
  APIMExtensionPolicy: 'apimextensionpolicies.apim.googleapis.com',
  APIOperationSet: 'apioperationsets.apim.googleapis.com',
  APIProduct: 'apiproducts.apim.googleapis.com',
} as const;
/** Resources of Apigee or the project have the gateway's name; those of `default` have the plain names. */
const named = (name: string, gateway: string): string =>
  gateway === 'default' ? name : `${name}-${gateway}`;

/** Shared by all proxies of Apigee operators in an organization; it stays deployed after them. */
export const operatorFlow = 'apim-common-authorization-flow';
/** The operator creates an API proxy of the same name in the whole organization. */
export const backendServiceName = (gateway: string): string => named('apigee-llm', gateway);
export const backendServiceRef = (gateway: string) =>
  inDefault('apim.googleapis.com/v1', 'ApigeeBackendService', backendServiceName(gateway));
/** Created by the operator for the backend service. */
export const extensionPolicyRef = (gateway: string) =>
  inDefault('apim.googleapis.com/v1', 'APIMExtensionPolicy', backendServiceName(gateway));
export const trafficExtensionRef = inDefault(
  'networking.gke.io/v1',
  'GCPTrafficExtension',
  'apigee-llm-extension',
);
export const proofRef = inDefault('v1', 'ConfigMap', 'llmgw-protection-proof');
/** Name of the Apigee product, and of the resource that defines it. */
export const productName = (gateway: string): string => named('llm-product', gateway);
export const productRef = (gateway: string) =>
  ({
    apiVersion: 'apim.googleapis.com/v1',
    kind: 'APIProduct',
    namespace: 'apim',
    name: productName(gateway),
  }) as const satisfies ObjectRef;
export const operationSetRef = {
  apiVersion: 'apim.googleapis.com/v1',
  kind: 'APIOperationSet',
  namespace: 'apim',
  name: 'llm-operations',
} as const satisfies ObjectRef;

/** Account of the Apigee operator: 30 characters at most. */
export const operatorAccountId = (gateway: string): string =>
  gateway === 'default' ? 'apigee-apim-gsa' : `apim-gsa-${gateway}`;

/** Local part of the e-mail of the bot's own developer, and name of its app. */
export const probeName = (gateway: string): string => named('llmgw-probe', gateway);

/** Developer app of each person; further ones have a name after a dot, which no gateway's name contains. */
export function appName(gateway: string, word?: string): string {
  const first = `llmgw-${gateway}`;
  const name = word?.toLowerCase();
  if (name === undefined) return first;
  // In full, as lists and messages show it.
  return name === first || name.startsWith(`${first}.`) ? name : `${first}.${name}`;
}
export const isAppOf =
  (gateway: string) =>
  (app: string): boolean =>
    app === appName(gateway) || app.startsWith(`${appName(gateway)}.`);

export const modelServerPods = 'app=vllm-qwen';
