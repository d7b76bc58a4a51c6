// Denials by a cluster policy: wordings and next action.

/** A refusal of an admission webhook or policy, in the API server's wording: permanent, whatever its status. */
export const isDeniedByPolicy = (said: string): boolean =>
  /\badmission webhook "[^"]*" denied the request|\bValidatingAdmissionPolicy '[^']*'.{0,300}\bdenied request|\bviolates PodSecurity\b/is.test(
    said,
  );

export const policyAdvice =
  'A cluster policy denies the change. Correct the setting, or ask for a policy change, then retry the run.';

/** Kubernetes' admission plugins refuse with 403 until their caches are filled. */
export const isStarting = (text: string): boolean => /not yet ready to handle request/i.test(text);
