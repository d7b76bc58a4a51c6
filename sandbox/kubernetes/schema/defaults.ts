// Default values of a schema.
import { isObject } from '../json.ts';
import { fieldSchema } from './prune.ts';
import type { Schema } from './schema.ts';

/** Sets defaults in `value` in place, outer fields first, like the real server. */
export function applyDefaults(value: unknown, schema: Schema): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (const item of value) applyDefaults(item, items);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    const given = value[key];
    // The default replaces a null in a non-nullable field.
    if (given === null && field.nullable !== true && field.default !== undefined) delete value[key];
    if (value[key] === undefined && field.default !== undefined) {
      value[key] = structuredClone(field.default);
    }
  }
  for (const [key, field] of Object.entries(value)) {
    const schemaOfField = fieldSchema(schema, key);
    if (schemaOfField !== undefined) applyDefaults(field, schemaOfField);
  }
}
