// Refusals by a policy of the cluster: the API server's words for them, and the advice.

/** A refusal of an admission webhook or of an admission policy, in the API server's words: it holds, whatever its status. */
export const isDeniedByPolicy = (said: string): boolean =>
  /\badmission webhook "[^"]*" denied the request|\bValidatingAdmissionPolicy '[^']*'.{0,300}\bdenied request|\bviolates PodSecurity\b/is.test(
    said,
  );

export const policyAdvice =
  'A policy of the cluster refuses it: change what the message names, or have the policy changed; then retry the run.';

/** Kubernetes' admission plugins refuse with 403 until their caches are filled. */
export const isStarting = (text: string): boolean => /not yet ready to handle request/i.test(text);
