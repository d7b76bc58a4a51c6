// Pinned versions and images of provisioning.

export const versions = {
  /** Gateway API inference extension; all of its objects come from one release. */
  inferenceExtension: 'v1.0.2',
  /** Earlier builds of vLLM for CPUs fail on GKE's nodes. */
  vllm: 'v0.10.1',
  /** Both of the Apigee operator's charts. */
  apigeeOperator: '1.1.1',
  /** Oldest GKE version that supports ApigeeBackendService. */
  leastCluster: '1.34.1-gke.3899000',
  /** Oldest GKE version that includes InferencePool. */
  bringsInferencePool: '1.34.0-gke.1626000',
  /** Oldest Apigee runtime whose extension processor takes bodies above 100 kB. */
  leastApigee: '1-15-0-apigee-7',
} as const;

export const images = {
  vllm: `public.ecr.aws/q9t5s3a7/vllm-cpu-release-repo:${versions.vllm}`,
  picker: `registry.k8s.io/gateway-api-inference-extension/epp:${versions.inferenceExtension}`,
} as const;

/** Compares versions number by number (`1.34.1-gke.3899000`, `1-15-0-apigee-7`); a missing number counts as 0. */
export function isAtLeast(version: string, least: string): boolean {
  const [have, need] = [numbers(version), numbers(least)];
  for (const [index, desired] of need.entries()) {
    const found = have[index] ?? 0;
    if (found !== desired) return found > desired;
  }
  return true;
}

function numbers(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}
