// Sample objects that tests apply.
import type { NewObject, OpenCluster } from './open-cluster.ts';

export const model = 'Qwen/Qwen2.5-1.5B-Instruct';

export function deployment(
  name: string,
  container: Record<string, unknown>,
  more: Record<string, unknown> = {},
): NewObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', ...container }] },
      },
      ...more,
    },
  };
}

export const modelServer = (more: Record<string, unknown> = {}): NewObject =>
  deployment(
    'vllm-qwen',
    {
      image: 'public.ecr.aws/q9t5s3a7/vllm-cpu-release-repo:v0.8.5',
      command: ['python3', '-m', 'vllm.entrypoints.openai.api_server'],
      args: ['--model', model, '--port', '8000'],
      resources: {
        requests: { cpu: '12', memory: '9000Mi' },
        limits: { cpu: '12', memory: '9000Mi' },
      },
      readinessProbe: { httpGet: { path: '/health', port: 8000 } },
    },
    more,
  );

const service = (name: string, port: number): NewObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { selector: { app: name }, ports: [{ port, targetPort: port, protocol: 'TCP' }] },
});

const poolTarget = {
  group: 'inference.networking.k8s.io',
  kind: 'InferencePool',
  name: 'vllm-qwen',
};

export const gateway = (port: number): NewObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'inference-gateway', namespace: 'default' },
  spec: {
    gatewayClassName: 'gke-l7-regional-external-managed',
    listeners: [{ name: 'http', port, protocol: 'HTTP' }],
  },
});

export const route: NewObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'llm-route', namespace: 'default' },
  spec: {
    parentRefs: [{ name: 'inference-gateway' }],
    rules: [
      { matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ ...poolTarget }] },
    ],
  },
};

export const pool: NewObject = {
  apiVersion: 'inference.networking.k8s.io/v1',
  kind: 'InferencePool',
  metadata: { name: 'vllm-qwen', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'vllm-qwen' } },
    targetPorts: [{ number: 8000 }],
    endpointPickerRef: { name: 'vllm-qwen-epp', kind: 'Service', port: { number: 9002 } },
  },
};

export const picker = (): NewObject =>
  deployment('vllm-qwen-epp', {
    image: 'registry.k8s.io/gateway-api-inference-extension/epp:v1.0.2',
  });
export const pickerService = service('vllm-qwen-epp', 9002);

export const healthCheck: NewObject = {
  apiVersion: 'networking.gke.io/v1',
  kind: 'HealthCheckPolicy',
  metadata: { name: 'health-check-policy', namespace: 'default' },
  spec: {
    targetRef: poolTarget,
    default: {
      config: {
        type: 'HTTP',
        httpHealthCheck: {
          requestPath: '/health',
          port: 8000,
          portSpecification: 'USE_FIXED_PORT',
        },
      },
    },
  },
};

/** All objects of a gateway without Apigee, route before gateway: the order must not matter. */
export function applyInference(open: OpenCluster): void {
  for (const object of [
    modelServer(),
    picker(),
    pickerService,
    pool,
    healthCheck,
    route,
    gateway(open.gatewayPort),
  ]) {
    open.create(structuredClone(object));
  }
}

const apim = 'apim.googleapis.com/v1';

export const backendService = (open: OpenCluster): NewObject => {
  const { projectId, network, region, subnet } = open.context.seed;
  return {
    apiVersion: apim,
    kind: 'ApigeeBackendService',
    metadata: { name: 'apigee-llm', namespace: 'default' },
    spec: {
      apigeeEnv: 'apim-op-env',
      defaultSecurityEnabled: true,
      locations: [
        {
          name: region,
          network: `projects/${projectId}/global/networks/${network}`,
          subnetwork: `projects/${projectId}/regions/${region}/subnetworks/${subnet}`,
        },
      ],
    },
  };
};

export const trafficExtension: NewObject = {
  apiVersion: 'networking.gke.io/v1',
  kind: 'GCPTrafficExtension',
  metadata: { name: 'apigee-llm-extension', namespace: 'default' },
  spec: {
    targetRefs: [
      { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'inference-gateway' },
    ],
    extensionChains: [
      {
        name: 'apigee',
        matchCondition: { celExpressions: [{ celMatcher: 'request.path.startsWith("/")' }] },
        extensions: [
          {
            name: 'apigee-llm',
            backendRef: {
              group: 'apim.googleapis.com',
              kind: 'ApigeeBackendService',
              name: 'apigee-llm',
            },
            failOpen: false,
            timeout: '10s',
            supportedEvents: [
              'RequestHeaders',
              'RequestBody',
              'RequestTrailers',
              'ResponseHeaders',
              'ResponseBody',
              'ResponseTrailers',
            ],
          },
        ],
      },
    ],
  },
};

export const product = (approvalType = 'auto'): NewObject => ({
  apiVersion: apim,
  kind: 'APIProduct',
  metadata: { name: 'llm-product', namespace: 'default' },
  spec: {
    approvalType,
    displayName: 'llm-product',
    enforcementRefs: [
      { name: 'apigee-llm', kind: 'ApigeeBackendService', group: 'apim.googleapis.com' },
    ],
  },
});

export const operationSet = (limit = 5): NewObject => ({
  apiVersion: apim,
  kind: 'APIOperationSet',
  metadata: { name: 'llm-operations', namespace: 'default' },
  spec: {
    apiProductRefs: [{ name: 'llm-product', kind: 'APIProduct', group: 'apim.googleapis.com' }],
    quota: { limit, interval: 1, timeUnit: 'minute' },
    restOperations: [{ name: 'Completions', path: '/v1/completions', methods: ['POST'] }],
  },
});
