// Short names of the kinds that controllers observe.
export interface Kind {
  readonly group: string;
  readonly kind: string;
  readonly apiVersion: string;
}

const kind = (apiVersion: string, name: string): Kind => {
  const slash = apiVersion.indexOf('/');
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), kind: name, apiVersion };
};

const apim = 'apim.googleapis.com/v1';
const gateway = 'gateway.networking.k8s.io/v1';
const gke = 'networking.gke.io/v1';

export const kinds = {
  node: kind('v1', 'Node'),
  namespace: kind('v1', 'Namespace'),
  serviceAccount: kind('v1', 'ServiceAccount'),
  configMap: kind('v1', 'ConfigMap'),
  secret: kind('v1', 'Secret'),
  service: kind('v1', 'Service'),
  pod: kind('v1', 'Pod'),
  event: kind('v1', 'Event'),
  endpointSlice: kind('discovery.k8s.io/v1', 'EndpointSlice'),
  deployment: kind('apps/v1', 'Deployment'),
  replicaSet: kind('apps/v1', 'ReplicaSet'),
  gatewayClass: kind(gateway, 'GatewayClass'),
  gateway: kind(gateway, 'Gateway'),
  httpRoute: kind(gateway, 'HTTPRoute'),
  inferencePool: kind('inference.networking.k8s.io/v1', 'InferencePool'),
  objective: kind('inference.networking.x-k8s.io/v1alpha2', 'InferenceObjective'),
  healthCheckPolicy: kind(gke, 'HealthCheckPolicy'),
  backendPolicy: kind(gke, 'GCPBackendPolicy'),
  trafficExtension: kind(gke, 'GCPTrafficExtension'),
  backendService: kind(apim, 'ApigeeBackendService'),
  extensionPolicy: kind(apim, 'APIMExtensionPolicy'),
  apiProduct: kind(apim, 'APIProduct'),
  operationSet: kind(apim, 'APIOperationSet'),
} as const;
