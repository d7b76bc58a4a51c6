// Authorization attributes of a request: a verb on a resource or on another path.
import type { Resources } from '../resources.ts';
import { StatusError } from '../status-error.ts';

export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  /** Plural. */
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

export interface PathAttributes {
  readonly verb: string;
  readonly path: string;
}

export type Attributes = ResourceAttributes | PathAttributes;

export interface Caller {
  readonly name: string;
  readonly groups: readonly string[];
}

export const withSubresource = ({ resource, subresource }: ResourceAttributes): string =>
  subresource === undefined || subresource === '' ? resource : `${resource}/${subresource}`;

/** 403 with the real server's text; `reason` comes from an authorizer other than RBAC. */
export function refusal(caller: Caller, wanted: Attributes, reason: string): StatusError {
  const why = reason === '' ? '' : `: ${reason}`;
  if ('path' in wanted) {
    const text = `forbidden: User "${caller.name}" cannot ${wanted.verb} path "${wanted.path}"${why}`;
    return new StatusError(403, 'Forbidden', text, {});
  }
  const { group, resource, namespace, name, verb } = wanted;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const named = name === undefined || name === '' ? qualified : `${qualified} "${name}"`;
  const where =
    namespace === undefined || namespace === ''
      ? 'at the cluster scope'
      : `in the namespace "${namespace}"`;
  return new StatusError(
    403,
    'Forbidden',
    `${named} is forbidden: User "${caller.name}" cannot ${verb} resource "${withSubresource(wanted)}" in API group "${group}" ${where}${why}`,
    {
      ...(name === undefined || name === '' ? {} : { name }),
      ...(group === '' ? {} : { group }),
      kind: resource,
    },
  );
}

/** Google's permission, e.g. `container.configMaps.create`; custom resources are third party objects. */
export function cloudPermission(wanted: ResourceAttributes, resources: Resources): string {
  const { verb, group, resource: plural, subresource = '' } = wanted;
  if (verb === 'impersonate') return 'container.clusters.impersonate';
  const resource = resources.all().find((one) => one.group === group && one.plural === plural);
  const subject =
    resource === undefined || resource.custom
      ? 'thirdPartyObjects'
      : camelPlural(resource.kind, plural);
  return `container.${subject}.${cloudVerb(verb, subresource)}`;
}

/** `ConfigMap` and `configmaps` give `configMaps`. */
function camelPlural(kind: string, plural: string): string {
  const stem = plural.endsWith('ies') ? kind.replace(/y$/, '') : kind;
  return `${stem.charAt(0).toLowerCase()}${stem.slice(1)}${plural.slice(stem.length)}`;
}

const cloudVerbs: Readonly<Record<string, string>> = {
  watch: 'list',
  patch: 'update',
  deletecollection: 'delete',
};

function cloudVerb(verb: string, subresource: string): string {
  const plain = cloudVerbs[verb] ?? verb;
  switch (subresource) {
    case 'status':
    case 'scale':
      return `${plain}${subresource.charAt(0).toUpperCase()}${subresource.slice(1)}`;
    case 'log':
      return 'getLogs';
    case 'token':
      return 'createToken';
    case 'eviction':
      return 'evict';
    case 'finalize':
      return 'finalize';
    default:
      return plain;
  }
}
