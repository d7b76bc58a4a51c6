// Images of the sandbox's registries, their pull times, and errors of missing images.

/** Existing repositories, with the time of a first pull on a node. */
const repositories: readonly (readonly [pattern: RegExp, pullMs: number])[] = [
  [/^public\.ecr\.aws\/q9t5s3a7\/vllm-cpu-release-repo$/, 4 * 60_000],
  [/^(docker\.io\/)?vllm\/vllm-openai(-cpu)?$/, 6 * 60_000],
  [/^ghcr\.io\/llm-d\/llm-d-inference-sim$/, 10_000],
  [/^registry\.k8s\.io\/gateway-api-inference-extension\/(epp|lora-syncer|bbr)$/, 12_000],
  [
    /^us-central1-docker\.pkg\.dev\/k8s-staging-images\/gateway-api-inference-extension\/[a-z-]+$/,
    12_000,
  ],
  [/^us-docker\.pkg\.dev\/apigee-release\/apigee-k8s-tooling\/[a-z-]+$/, 15_000],
  [/^registry\.k8s\.io\/[a-z/-]+$/, 5_000],
  [
    /^(docker\.io\/)?(library\/)?(nginx|busybox|alpine|redis|python|curlimages\/curl|llmgw)$/,
    5_000,
  ],
  [/^(gcr\.io|[a-z0-9-]+-docker\.pkg\.dev)\/.+\/llmgw$/, 10_000],
];

const tagForm = /^(latest|main|stable|v?\d+(\.\d+)*([-+][0-9A-Za-z.-]+)?)$/;

export type Pull =
  { readonly ok: true; readonly pullMs: number } | { readonly ok: false; readonly message: string };

/** @param image such as `registry.k8s.io/gateway-api-inference-extension/epp:v1.0.0`. */
export function pullOf(image: string): Pull {
  const [named = ''] = image.split('@');
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const repository = hasTag ? named.slice(0, colon) : named;
  const tag = hasTag ? named.slice(colon + 1) : 'latest';
  const known = repositories.find(([pattern]) => pattern.test(repository));
  const reference = `${repository}:${tag}`;
  if (known === undefined) {
    return {
      ok: false,
      message: `failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    };
  }
  return tagForm.test(tag) ? { ok: true, pullMs: known[1] } : missingTag(reference);
}

/** The error of a repository without such a tag. */
export function missingTag(reference: string): Pull {
  return {
    ok: false,
    message: `failed to pull and unpack image "${reference}": failed to resolve reference "${reference}": ${reference}: not found`,
  };
}
