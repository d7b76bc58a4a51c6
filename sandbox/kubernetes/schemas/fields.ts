// Shorthands for the schemas of our own custom resource definitions.
import type { KubeObject } from '../cluster.ts';
import type { Schema, ValidationRule } from '../schema/schema.ts';

type Fields = Readonly<Record<string, Schema>>;
type More = Partial<Schema>;

export const text = (more: More = {}): Schema => ({ type: 'string', ...more });
export const flag = (): Schema => ({ type: 'boolean' });
export const oneOf = (values: readonly string[], more: More = {}): Schema =>
  text({ enum: values, ...more });
export const whole = (minimum?: number, maximum?: number, more: More = {}): Schema => ({
  type: 'integer',
  format: 'int64',
  ...(minimum === undefined ? {} : { minimum }),
  ...(maximum === undefined ? {} : { maximum }),
  ...more,
});

export const list = (items: Schema, more: More = {}): Schema => ({
  type: 'array',
  items,
  'x-kubernetes-list-type': 'atomic',
  ...more,
});
export const listBy = (key: string, items: Schema, more: More = {}): Schema =>
  list(items, { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [key], ...more });
export const mapOf = (additionalProperties: Schema, more: More = {}): Schema => ({
  type: 'object',
  additionalProperties,
  ...more,
});

/** Fields whose name ends in `!` are required. */
export function object(fields: Fields, more: More = {}): Schema {
  const properties = Object.fromEntries(
    Object.entries(fields).map(([name, schema]) => [name.replace(/!$/, ''), schema]),
  );
  const required = Object.keys(fields)
    .filter((name) => name.endsWith('!'))
    .map((name) => name.slice(0, -1));
  return { type: 'object', properties, ...(required.length > 0 ? { required } : {}), ...more };
}

export const rules = (...pairs: (readonly [rule: string, message: string])[]): More => ({
  'x-kubernetes-validations': pairs.map(([rule, message]): ValidationRule => ({ rule, message })),
});

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
export const subdomain = `${label}(\\.${label})*`;

export const group = (more: More = {}): Schema =>
  text({ maxLength: 253, pattern: `^$|^${subdomain}$`, ...more });
export const kind = (more: More = {}): Schema =>
  text({ minLength: 1, maxLength: 63, pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$', ...more });
export const name = (): Schema => text({ minLength: 1, maxLength: 253 });
export const namespace = (): Schema => text({ minLength: 1, maxLength: 63, pattern: `^${label}$` });
export const sectionName = (): Schema =>
  text({ minLength: 1, maxLength: 253, pattern: `^${subdomain}$` });
export const hostname = (): Schema =>
  text({ minLength: 1, maxLength: 253, pattern: `^(\\*\\.)?${subdomain}$` });
export const port = (): Schema => whole(1, 65_535, { format: 'int32' });
export const duration = (): Schema => text({ pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$' });
export const headerName = (): Schema =>
  text({ minLength: 1, maxLength: 256, pattern: "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$" });
export const controllerName = (more: More = {}): Schema =>
  text({
    minLength: 1,
    maxLength: 253,
    pattern: `^${subdomain}\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$`,
    ...more,
  });

export const conditions = (more: More = {}): Schema =>
  listBy(
    'type',
    object({
      'lastTransitionTime!': text({ format: 'date-time' }),
      'message!': text({ maxLength: 32_768 }),
      observedGeneration: whole(0),
      'reason!': text({
        minLength: 1,
        maxLength: 1024,
        pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
      }),
      'status!': oneOf(['True', 'False', 'Unknown']),
      'type!': text({
        maxLength: 316,
        pattern: `^(${subdomain}/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$`,
      }),
    }),
    { maxItems: 8, ...more },
  );

/** The parent of a route or policy: a Gateway by default. */
export const parentRef = (): Schema =>
  object({
    group: group({ default: 'gateway.networking.k8s.io' }),
    kind: kind({ default: 'Gateway' }),
    'name!': name(),
    namespace: namespace(),
    port: port(),
    sectionName: sectionName(),
  });

/** The target of a policy, with its full reference. */
export const targetRef = (): Schema =>
  object({ 'group!': group(), 'kind!': kind(), 'name!': name(), namespace: namespace() });

const pending = (type: string): object => ({
  type,
  status: 'Unknown',
  reason: 'Pending',
  message: 'Waiting for controller',
  lastTransitionTime: '1970-01-01T00:00:00Z',
});

/** The conditions of an object before its controller has reconciled it. */
export function awaited(fields: Fields, ...types: readonly string[]): Schema {
  const waiting = types.map(pending);
  return object(
    { conditions: conditions({ default: waiting }), ...fields },
    { default: { conditions: waiting } },
  );
}

/** Status of a policy, by ancestor and controller; its conditions are required unless marked optional. */
export function ancestors(optional?: 'conditions'): Schema {
  const ancestor = object({
    'ancestorRef!': parentRef(),
    [optional === undefined ? 'conditions!' : 'conditions']: conditions({ minItems: 1 }),
    'controllerName!': controllerName(),
  });
  return object({ 'ancestors!': list(ancestor, { maxItems: 16 }) });
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly priority?: number;
}

export interface DefinitionNames {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly cluster?: true;
  /** Served versions; the first is the storage version. */
  readonly versions: readonly string[];
  readonly columns?: readonly Column[];
}

export const ageColumn: Column = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
};

/** A CustomResourceDefinition; it has a status when `parts` has one. */
export function definition(
  names: DefinitionNames,
  parts: { spec: Schema; specOptional?: true; status?: Schema },
): KubeObject {
  const schema = object({
    apiVersion: text(),
    kind: text(),
    metadata: { type: 'object' },
    [parts.specOptional === true ? 'spec' : 'spec!']: parts.spec,
    ...(parts.status === undefined ? {} : { status: parts.status }),
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${names.group}` } as KubeObject['metadata'],
    spec: {
      group: names.group,
      scope: names.cluster === true ? 'Cluster' : 'Namespaced',
      names: {
        kind: names.kind,
        listKind: `${names.kind}List`,
        plural: names.plural,
        singular: names.kind.toLowerCase(),
        ...(names.shortNames === undefined ? {} : { shortNames: names.shortNames }),
        ...(names.categories === undefined ? {} : { categories: names.categories }),
      },
      versions: names.versions.map((version, at) => ({
        name: version,
        served: true,
        storage: at === 0,
        schema: { openAPIV3Schema: schema },
        ...(parts.status === undefined ? {} : { subresources: { status: {} } }),
        additionalPrinterColumns: names.columns ?? [ageColumn],
      })),
    },
  };
}
