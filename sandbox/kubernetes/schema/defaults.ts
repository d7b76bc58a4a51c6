// Fills in a schema's default values.
import { isObject } from '../json.ts';
import { fieldSchema } from './prune.ts';
import type { Schema } from './schema.ts';

/** Fills defaults into `value` in place, from the outside in, as the real server does. */
export function applyDefaults(value: unknown, schema: Schema): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) for (const item of value) applyDefaults(item, items);
    return;
  }
  if (!isObject(value)) return;
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    const given = value[key];
    // A null in a field that may not be null is dropped in favour of the default.
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
