// Role-based access control: rules from a caller's bindings, and their evaluation.
import type { KubeObject } from '../cluster.ts';
import { isObject, type JsonObject, listOr, objectOr, stringOr } from '../json.ts';
import { groupKindOf, type Objects } from '../objects.ts';
import { type Attributes, type Caller, withSubresource } from './attributes.ts';

const group = 'rbac.authorization.k8s.io';
const listed = (objects: Objects, kind: string, namespace?: string): KubeObject[] =>
  objects.list(groupKindOf(group, kind), namespace);

/** The rules in effect for a caller: those of the whole cluster, and of one namespace. */
export function rulesOf(objects: Objects, caller: Caller, namespace = ''): JsonObject[] {
  const bindings = [
    ...listed(objects, 'ClusterRoleBinding'),
    ...(namespace === '' ? [] : listed(objects, 'RoleBinding', namespace)),
  ];
  return bindings
    .filter((binding) => bindsTo(binding, caller))
    .flatMap((binding) => roleRules(objects, binding));
}

export const isAllowed = (objects: Objects, caller: Caller, wanted: Attributes): boolean =>
  rulesOf(objects, caller, 'path' in wanted ? '' : wanted.namespace).some((rule) =>
    allows(rule, wanted),
  );

function bindsTo(binding: KubeObject, caller: Caller): boolean {
  return listOr(binding['subjects'])
    .map(objectOr)
    .some((subject) => {
      const name = stringOr(subject['name']);
      switch (subject['kind']) {
        case 'User':
          return name === caller.name;
        case 'Group':
          return caller.groups.includes(name);
        case 'ServiceAccount': {
          const home = stringOr(subject['namespace'], binding.metadata.namespace ?? '');
          return caller.name === accountName(home, name);
        }
        default:
          return false;
      }
    });
}

export const accountName = (namespace: string, name: string): string =>
  `system:serviceaccount:${namespace}:${name}`;

function roleRules(objects: Objects, binding: KubeObject): JsonObject[] {
  const { kind, name } = objectOr(binding['roleRef']);
  const namespace = kind === 'Role' ? binding.metadata.namespace : undefined;
  const role = objects.get(groupKindOf(group, stringOr(kind)), namespace, stringOr(name));
  return listOr(role?.['rules']).filter(isObject);
}

const names = (rule: JsonObject, field: string): string[] => listOr(rule[field]).map(String);

function allows(rule: JsonObject, wanted: Attributes): boolean {
  const has = (field: string, value: string): boolean => {
    const given = names(rule, field);
    return given.includes('*') || given.includes(value);
  };
  if (!has('verbs', wanted.verb)) return false;
  if ('path' in wanted) {
    return names(rule, 'nonResourceURLs').some((url) =>
      url.endsWith('*') ? wanted.path.startsWith(url.slice(0, -1)) : url === wanted.path,
    );
  }
  const ofAll = wanted.subresource === undefined ? [] : [`*/${wanted.subresource}`];
  const resources = names(rule, 'resources');
  const named = names(rule, 'resourceNames');
  return (
    has('apiGroups', wanted.group) &&
    [withSubresource(wanted), '*', ...ofAll].some((one) => resources.includes(one)) &&
    (named.length === 0 || named.includes(wanted.name ?? ''))
  );
}
