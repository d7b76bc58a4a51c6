// Every version and image that provisioning puts into a cluster: pinned here and nowhere else.

/** Release of the Gateway API inference extension; all of its objects come from one release. */
const inferenceExtension = 'v1.0.2';

/** Earlier builds of vLLM for CPUs fail on GKE's nodes. */
const vllm = 'v0.10.1';

export const images = {
  vllm: `public.ecr.aws/q9t5s3a7/vllm-cpu-release-repo:${vllm}`,
  picker: `registry.k8s.io/gateway-api-inference-extension/epp:${inferenceExtension}`,
} as const;

/** The Apigee operator's charts, in this order. */
export const charts = {
  crds: { release: 'apigee-apim-crds', chart: 'apigee-apim-operator-crds', version: '1.1.1' },
  operator: {
    release: 'apigee-apim-operator',
    chart: 'apigee-apim-operator-helm',
    version: '1.1.1',
  },
} as const;

/** Oldest GKE version with ApigeeBackendService and the pool's CRD. */
export const leastClusterVersion = '1.34.1-gke.3899000';

/** Oldest Apigee runtime whose extension processor takes bodies above 100 kB. */
export const leastApigeeVersion = '1-15-0-apigee-7';
