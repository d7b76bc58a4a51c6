// Strategic merge patch of the built-in kinds: merge keys and $-directives.
import { equal, isObject, type JsonObject, listOr } from '../json.ts';
import { fieldSchema } from '../schema/prune.ts';
import type { Schema } from '../schema/schema.ts';

/** The patched value; neither argument is changed. */
export function strategicMergePatch(
  value: unknown,
  patch: unknown,
  schema: Schema | undefined,
): unknown {
  if (!isObject(patch)) return structuredClone(patch);
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  if (patch['$patch'] === 'delete') return {};
  const merged: JsonObject = isObject(value) ? structuredClone(value) : {};
  for (const [key, change] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    const field = schema === undefined ? undefined : fieldSchema(schema, key);
    if (change === null) delete merged[key];
    else if (Array.isArray(change)) merged[key] = mergeList(merged[key], change, field);
    else merged[key] = strategicMergePatch(merged[key], change, field);
  }
  dropFromPrimitiveLists(merged, patch);
  retainOnly(merged, patch);
  order(merged, patch, schema);
  return merged;
}

function withoutDirectives(patch: JsonObject): JsonObject {
  const fields = Object.entries(patch).filter(([key]) => !key.startsWith('$'));
  return structuredClone(Object.fromEntries(fields));
}

function mergeList(value: unknown, change: unknown[], schema: Schema | undefined): unknown[] {
  const key = schema?.['x-kubernetes-patch-merge-key'];
  const replaced = change.some((item) => isObject(item) && item['$patch'] === 'replace');
  if (schema?.['x-kubernetes-patch-strategy'] !== 'merge' || replaced) {
    const plain = change.filter((item) => !(isObject(item) && item['$patch'] !== undefined));
    return structuredClone(plain);
  }
  const merged = structuredClone(listOr(value));
  if (key === undefined) {
    const fresh = change.filter((item) => !merged.some((one) => equal(one, item)));
    return [...merged, ...structuredClone(fresh)];
  }
  for (const item of change) {
    if (!isObject(item)) continue;
    const at = merged.findIndex((one) => isObject(one) && one[key] === item[key]);
    if (item['$patch'] === 'delete') {
      if (at >= 0) merged.splice(at, 1);
    } else if (at >= 0) merged[at] = strategicMergePatch(merged[at], item, schema.items);
    else merged.push(strategicMergePatch({}, item, schema.items));
  }
  return merged;
}

function dropFromPrimitiveLists(merged: JsonObject, patch: JsonObject): void {
  const directive = '$deleteFromPrimitiveList/';
  for (const [key, gone] of Object.entries(patch)) {
    if (!key.startsWith(directive)) continue;
    const field = key.slice(directive.length);
    const dropped = listOr(gone);
    merged[field] = listOr(merged[field]).filter((item) => !dropped.includes(item));
  }
}

function retainOnly(merged: JsonObject, patch: JsonObject): void {
  const retained = patch['$retainKeys'];
  if (!Array.isArray(retained)) return;
  for (const key of Object.keys(merged)) if (!retained.includes(key)) delete merged[key];
}

function order(merged: JsonObject, patch: JsonObject, schema: Schema | undefined): void {
  const directive = '$setElementOrder/';
  for (const [name, wanted] of Object.entries(patch)) {
    if (!name.startsWith(directive)) continue;
    const field = name.slice(directive.length);
    const key =
      schema === undefined
        ? undefined
        : fieldSchema(schema, field)?.['x-kubernetes-patch-merge-key'];
    const identity = (item: unknown): unknown =>
      key !== undefined && isObject(item) ? item[key] : item;
    const places = listOr(wanted).map(identity);
    const place = (item: unknown): number => {
      const at = places.findIndex((one) => equal(one, identity(item)));
      return at < 0 ? places.length : at;
    };
    if (Array.isArray(merged[field])) {
      merged[field] = (merged[field] as unknown[]).toSorted((a, b) => place(a) - place(b));
    }
  }
}
