// Reviews of what the caller may do: in the sandbox a valid token may do everything, as container.admin may.
import type { JsonObject } from '../json.ts';
import { objectOr } from '../json.ts';

interface Review {
  readonly group: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly status: (spec: JsonObject) => JsonObject;
}

const everything = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  incomplete: false,
};

const caller = { username: 'llmgw-sandbox', groups: ['system:authenticated'] };

const authorization = 'authorization.k8s.io';
const authentication = 'authentication.k8s.io';
const allowed = (): JsonObject => ({ allowed: true, reason: 'granted roles/container.admin' });

/** By plural name; none is stored. */
export const reviews: Readonly<Record<string, Review>> = {
  selfsubjectaccessreviews: {
    group: authorization,
    kind: 'SelfSubjectAccessReview',
    namespaced: false,
    status: allowed,
  },
  subjectaccessreviews: {
    group: authorization,
    kind: 'SubjectAccessReview',
    namespaced: false,
    status: allowed,
  },
  localsubjectaccessreviews: {
    group: authorization,
    kind: 'LocalSubjectAccessReview',
    namespaced: true,
    status: allowed,
  },
  selfsubjectrulesreviews: {
    group: authorization,
    kind: 'SelfSubjectRulesReview',
    namespaced: false,
    status: () => everything,
  },
  selfsubjectreviews: {
    group: authentication,
    kind: 'SelfSubjectReview',
    namespaced: false,
    status: () => ({ userInfo: caller }),
  },
};

export const reviewGroups: readonly string[] = [authorization, authentication];

export function answerReview(plural: string, review: JsonObject): JsonObject | undefined {
  const known = reviews[plural];
  if (known === undefined) return undefined;
  return {
    ...review,
    kind: known.kind,
    apiVersion: `${known.group}/v1`,
    metadata: objectOr(review['metadata']),
    status: known.status(objectOr(review['spec'])),
  };
}
