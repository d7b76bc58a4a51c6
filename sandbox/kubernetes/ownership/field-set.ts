// Field sets in managedFields form (FieldsV1), and the fields of a value.
import { canonical, isObject, type JsonObject } from '../json.ts';
import { fieldSchema } from '../schema/prune.ts';
import type { Schema } from '../schema/schema.ts';

/** `f:name`, `k:{"name":"x"}`, `v:"x"`, from the root down. */
export type FieldPath = readonly string[];

/** A field of a value: a leaf is owned with its value, an item (of a keyed list or a map) by its presence. */
export interface Field {
  readonly path: FieldPath;
  readonly value: unknown;
  readonly leaf: boolean;
}

export type FieldSet = ReadonlyMap<string, FieldPath>;
export type Fields = ReadonlyMap<string, Field>;

export const pathKey = (path: FieldPath): string => path.join('\n');

/** Fields of the server itself: they have no owner. */
const unowned = new Set(
  [
    ['f:apiVersion'],
    ['f:kind'],
    ['f:metadata'],
    ...['name', 'namespace', 'uid', 'generation', 'resourceVersion', 'creationTimestamp']
      .concat(['deletionTimestamp', 'selfLink', 'managedFields', 'generateName'])
      .map((field) => ['f:metadata', `f:${field}`]),
  ].map(pathKey),
);

const atomicMap = (schema: Schema | undefined): boolean =>
  schema?.['x-kubernetes-map-type'] === 'atomic';

/** The fields of an object, by path. */
export function fieldsOf(object: unknown, schema: Schema | undefined): Fields {
  const found = new Map<string, Field>();
  visit(object, schema, [], found);
  for (const key of found.keys()) {
    const [first = '', second = ''] = key.split('\n');
    if (unowned.has(key) || unowned.has(pathKey([first, second]))) found.delete(key);
  }
  return found;
}

function add(found: Map<string, Field>, path: FieldPath, value: unknown, leaf: boolean): void {
  found.set(pathKey(path), { path, value, leaf });
}

function visit(
  value: unknown,
  schema: Schema | undefined,
  path: FieldPath,
  found: Map<string, Field>,
): void {
  const listType = schema?.['x-kubernetes-list-type'] ?? 'atomic';
  if (Array.isArray(value) && listType !== 'atomic' && value.length > 0) {
    for (const item of value) {
      const below = [...path, itemElement(item, schema)];
      if (listType === 'set' || !isObject(item)) add(found, below, item, true);
      else {
        add(found, below, undefined, false);
        visit(item, schema?.items, below, found);
      }
    }
    return;
  }
  if (!isObject(value) || atomicMap(schema) || Object.keys(value).length === 0) {
    if (path.length > 0) add(found, path, value, true);
    return;
  }
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    const below = [...path, `f:${key}`];
    const named = schema?.properties !== undefined && Object.hasOwn(schema.properties, key);
    if (!named && isObject(field)) add(found, below, undefined, false);
    visit(field, schema === undefined ? undefined : fieldSchema(schema, key), below, found);
  }
}

/** Path element of a list item. */
export function itemElement(item: unknown, schema: Schema | undefined): string {
  const keys = schema?.['x-kubernetes-list-map-keys'];
  if (schema?.['x-kubernetes-list-type'] !== 'map' || keys === undefined || !isObject(item)) {
    return `v:${canonical(item)}`;
  }
  const named = keys.flatMap((key): [string, unknown][] => {
    const value = item[key] ?? schema.items?.properties?.[key]?.default;
    return value === undefined ? [] : [[key, value]];
  });
  return `k:${canonical(Object.fromEntries(named))}`;
}

export const setOf = (fields: Fields): FieldSet =>
  new Map([...fields].map(([key, field]) => [key, field.path]));

export const union = (...sets: FieldSet[]): FieldSet => new Map(sets.flatMap((set) => [...set]));

export const difference = (set: FieldSet, without: ReadonlyMap<string, unknown>): FieldSet =>
  new Map([...set].filter(([key]) => !without.has(key)));

export const intersection = (set: FieldSet, within: ReadonlyMap<string, unknown>): FieldSet =>
  new Map([...set].filter(([key]) => within.has(key)));

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

export function compare(before: Fields, after: Fields): Comparison {
  const modified = [...after].filter(([key, field]) => {
    const old = before.get(key);
    return old !== undefined && canonical(old.value) !== canonical(field.value);
  });
  return {
    added: difference(setOf(after), before),
    modified: new Map(modified.map(([key, field]) => [key, field.path])),
    removed: difference(setOf(before), after),
  };
}

/** The set in managedFields form: nested, with `.` for a member that has members below it. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const root: JsonObject = {};
  for (const path of set.values()) {
    let node = root;
    for (const element of path) {
      const below = node[element];
      const next: JsonObject = isObject(below) ? below : {};
      node[element] = next;
      node = next;
    }
    node['.'] = {};
  }
  dropLoneDots(root);
  return root;
}

function dropLoneDots(node: JsonObject): void {
  if (Object.keys(node).length === 1) delete node['.'];
  for (const below of Object.values(node)) if (isObject(below)) dropLoneDots(below);
}

export function fromFieldsV1(fields: unknown): FieldSet {
  const set = new Map<string, FieldPath>();
  const walk = (node: unknown, path: FieldPath): void => {
    if (!isObject(node)) return;
    const below = Object.entries(node).filter(([key]) => key !== '.');
    if (path.length > 0 && (below.length === 0 || node['.'] !== undefined)) {
      set.set(pathKey(path), path);
    }
    for (const [element, child] of below) walk(child, [...path, element]);
  };
  walk(fields, []);
  return set;
}

/** A readable path: `.spec.containers[name="x"].image`. */
export function showPath(path: FieldPath): string {
  return path
    .map((element) => {
      const rest = element.slice(2);
      if (element.startsWith('f:')) return `.${rest}`;
      if (element.startsWith('v:')) return `[=${rest}]`;
      const keys: unknown = JSON.parse(rest);
      const shown = Object.entries(isObject(keys) ? keys : {});
      return `[${shown.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}
