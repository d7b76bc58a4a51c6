// RFC 7396 JSON Merge Patch.
import { isObject, type JsonObject } from '../json.ts';

/** The patched value; neither argument is changed. */
export function mergePatch(value: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return structuredClone(patch);
  const merged: JsonObject = isObject(value) ? structuredClone(value) : {};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], change);
  }
  return merged;
}
