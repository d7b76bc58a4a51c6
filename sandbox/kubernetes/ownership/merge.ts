// Merge of an applied configuration into a live object, by its schema.
import { isObject, type JsonObject } from '../json.ts';
import { fieldSchema } from '../schema/prune.ts';
import type { Schema } from '../schema/schema.ts';
import { type FieldPath, type FieldSet, itemElement, pathKey } from './field-set.ts';

/** A new value; neither argument is changed. Lists merge by key or as sets where the schema says so. */
export function mergeApplied(live: unknown, applied: unknown, schema: Schema | undefined): unknown {
  if (applied === undefined) return structuredClone(live);
  if (isObject(live) && isObject(applied) && schema?.['x-kubernetes-map-type'] !== 'atomic') {
    const merged: JsonObject = structuredClone(live);
    for (const [key, value] of Object.entries(applied)) {
      const field = schema === undefined ? undefined : fieldSchema(schema, key);
      merged[key] = mergeApplied(live[key], value, field);
    }
    return merged;
  }
  const listType = schema?.['x-kubernetes-list-type'] ?? 'atomic';
  if (Array.isArray(live) && Array.isArray(applied) && listType !== 'atomic') {
    return mergeLists(live, applied, schema);
  }
  return structuredClone(applied);
}

/** Applied items in their order; items that only the live object has keep their position. */
function mergeLists(live: unknown[], applied: unknown[], schema: Schema | undefined): unknown[] {
  const elementOf = (item: unknown): string => itemElement(item, schema);
  const liveBy = new Map(live.map((item) => [elementOf(item), item]));
  const appliedElements = new Set(applied.map(elementOf));
  const merged: unknown[] = [];
  const waiting = [...live];
  const flushOwn = (): void => {
    while (waiting.length > 0 && !appliedElements.has(elementOf(waiting[0]))) {
      merged.push(structuredClone(waiting.shift()));
    }
  };
  for (const item of applied) {
    flushOwn();
    const element = elementOf(item);
    const at = waiting.findIndex((one) => elementOf(one) === element);
    if (at >= 0) waiting.splice(at, 1);
    merged.push(mergeApplied(liveBy.get(element), item, schema?.items));
  }
  const left = waiting.filter((item) => !appliedElements.has(elementOf(item)));
  return [...merged, ...structuredClone(left)];
}

/**
 * Removes from `value`, in place, the manager's last applied fields that nobody owns now.
 * @param last the manager's previous fields
 * @param kept all fields that any manager owns now
 */
export function removeUnapplied(
  value: unknown,
  schema: Schema | undefined,
  last: FieldSet,
  kept: FieldSet,
): void {
  const keptKeys = new Set([...kept.values()].flatMap(withAncestors));
  const candidates = new Map<string, FieldPath>();
  for (const path of last.values()) {
    candidates.set(pathKey(path), path);
    // A struct is removed with its last applied field; an item of a list or map only when applied itself.
    for (let length = path.length - 1; length > 0; length -= 1) {
      const above = path.slice(0, length);
      if (above.at(-1)?.startsWith('f:') === true) candidates.set(pathKey(above), above);
    }
  }
  const shortestFirst = [...candidates.values()].sort((a, b) => a.length - b.length);
  for (const path of shortestFirst) {
    if (!keptKeys.has(pathKey(path)) && !always.has(pathKey(path))) removePath(value, schema, path);
  }
}

const always = new Set(['f:apiVersion', 'f:kind', 'f:metadata']);

const withAncestors = (path: FieldPath): string[] =>
  path.map((_element, at) => pathKey(path.slice(0, at + 1)));

function removePath(value: unknown, schema: Schema | undefined, path: FieldPath): void {
  const [element, ...rest] = path;
  if (element === undefined) return;
  if (isObject(value) && element.startsWith('f:')) {
    const key = element.slice(2);
    if (rest.length === 0) delete value[key];
    else removePath(value[key], schema === undefined ? undefined : fieldSchema(schema, key), rest);
  } else if (Array.isArray(value)) {
    const at = value.findIndex((item) => itemElement(item, schema) === element);
    if (at < 0) return;
    if (rest.length === 0) value.splice(at, 1);
    else removePath(value[at], schema?.items, rest);
  }
}
