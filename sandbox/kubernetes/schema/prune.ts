// Removal of fields that a schema does not declare.
import { isObject } from '../json.ts';
import type { Schema } from './schema.ts';

/** Removes unknown fields from `value` in place; returns their paths, e.g. `spec.rules[0].foo`. */
export function prune(value: unknown, schema: Schema): string[] {
  const unknown: string[] = [];
  visit(value, schema, '', unknown);
  return unknown;
}

function visit(value: unknown, schema: Schema, path: string, unknown: string[]): void {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined) {
      value.forEach((item, at) => visit(item, items, `${path}[${at}]`, unknown));
    }
    return;
  }
  if (!isObject(value)) return;
  const keeps =
    schema['x-kubernetes-preserve-unknown-fields'] === true ||
    (schema.properties === undefined && schema.type !== 'object');
  for (const [key, field] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    const known = fieldSchema(schema, key);
    if (known !== undefined) visit(field, known, at, unknown);
    else if (!keeps && schema.additionalProperties !== true) {
      if (schema['x-kubernetes-embedded-resource'] === true && embedded.has(key)) continue;
      unknown.push(at);
      delete value[key];
    }
  }
}

const embedded = new Set(['apiVersion', 'kind', 'metadata']);

/** The schema of one field, or undefined when the schema does not declare it. */
export function fieldSchema(schema: Schema, key: string): Schema | undefined {
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}
