// Access reviews, with the roles and permissions of other requests.
import type { Access } from '../authorization/access.ts';
import type { Attributes, Caller } from '../authorization/attributes.ts';
import { isObject, type JsonObject, listOr, objectOr, stringOr } from '../json.ts';

interface Asked {
  readonly spec: JsonObject;
  readonly access: Access;
  readonly caller: Caller;
}

interface Review {
  readonly group: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly status: (asked: Asked) => JsonObject;
}

const authorization = 'authorization.k8s.io';
const authentication = 'authentication.k8s.io';

function attributesIn(spec: JsonObject): Attributes {
  const path = spec['nonResourceAttributes'];
  if (isObject(path)) return { verb: stringOr(path['verb']), path: stringOr(path['path']) };
  const given = objectOr(spec['resourceAttributes']);
  const text = (field: string): string | undefined =>
    stringOr(given[field]) === '' ? undefined : stringOr(given[field]);
  return {
    verb: stringOr(given['verb']),
    group: stringOr(given['group']),
    resource: stringOr(given['resource']),
    subresource: text('subresource'),
    namespace: text('namespace'),
    name: text('name'),
  };
}

function verdict({ spec, access }: Asked, caller: Caller): JsonObject {
  const { allowed, reason } = access.decide(caller, attributesIn(spec));
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

const ofCaller = (asked: Asked): JsonObject => verdict(asked, asked.caller);
const ofSubject = (asked: Asked): JsonObject =>
  verdict(asked, {
    name: stringOr(asked.spec['user']),
    groups: listOr(asked.spec['groups']).map(String),
  });

/** The roles only: Google's permissions cannot be listed, and the real server reports that too. */
function rulesFor({ spec, access, caller }: Asked): JsonObject {
  const rules = access.rules(caller, stringOr(spec['namespace'], 'default'));
  const isOfPaths = (rule: JsonObject): boolean => rule['nonResourceURLs'] !== undefined;
  return {
    resourceRules: rules.filter((rule) => !isOfPaths(rule)),
    nonResourceRules: rules.filter(isOfPaths),
    incomplete: true,
    evaluationError: 'webhook authorizer does not support user rule resolution',
  };
}

/** By plural name; none of them is stored. */
export const reviews: Readonly<Record<string, Review>> = {
  selfsubjectaccessreviews: {
    group: authorization,
    kind: 'SelfSubjectAccessReview',
    namespaced: false,
    status: ofCaller,
  },
  subjectaccessreviews: {
    group: authorization,
    kind: 'SubjectAccessReview',
    namespaced: false,
    status: ofSubject,
  },
  localsubjectaccessreviews: {
    group: authorization,
    kind: 'LocalSubjectAccessReview',
    namespaced: true,
    status: ofSubject,
  },
  selfsubjectrulesreviews: {
    group: authorization,
    kind: 'SelfSubjectRulesReview',
    namespaced: false,
    status: rulesFor,
  },
  selfsubjectreviews: {
    group: authentication,
    kind: 'SelfSubjectReview',
    namespaced: false,
    status: ({ caller }) => ({ userInfo: { username: caller.name, groups: [...caller.groups] } }),
  },
};

export const reviewGroups: readonly string[] = [authorization, authentication];

export function answerReview(
  plural: string,
  review: JsonObject,
  access: Access,
  caller: Caller | undefined,
): JsonObject | undefined {
  const known = reviews[plural];
  if (known === undefined || caller === undefined) return undefined;
  return {
    ...review,
    kind: known.kind,
    apiVersion: `${known.group}/v1`,
    metadata: objectOr(review['metadata']),
    status: known.status({ spec: objectOr(review['spec']), access, caller }),
  };
}
