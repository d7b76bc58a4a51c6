// Schemas of the built-in kinds, from the vendor's models of Kubernetes' OpenAPI document.
import * as models from '@kubernetes/client-node/dist/gen/models/all.js';
import {
  atomicModels,
  builtInDefaults,
  listKeys,
  preserved,
  quantities,
  requiredFields,
} from './built-in-details.ts';
import type { Schema } from './schema.ts';

interface Attribute {
  readonly name: string;
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

interface Model {
  readonly attributeTypeMap: readonly Attribute[];
}

const known = new Map<string, Schema>();

const scalars: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  Date: { type: 'string', format: 'date-time' },
  V1MicroTime: { type: 'string', format: 'date-time' },
  IntOrString: { 'x-kubernetes-int-or-string': true },
  any: { 'x-kubernetes-preserve-unknown-fields': true },
  object: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
};

/** @throws Error when the vendor's library has no such model. */
export function builtInSchema(model: string): Schema {
  const made = known.get(model);
  if (made !== undefined) return made;
  const properties: Record<string, Schema> = {};
  const schema: Schema = {
    type: 'object',
    properties,
    ...(atomicModels.has(model) ? { 'x-kubernetes-map-type': 'atomic' as const } : {}),
    ...(requiredFields[model] === undefined ? {} : { required: requiredFields[model] }),
  };
  // Registered before its fields are known: a few models contain themselves.
  known.set(model, schema);
  for (const attribute of attributesOf(model)) {
    properties[attribute.baseName] = fieldSchema(model, attribute);
  }
  return schema;
}

function attributesOf(model: string): readonly Attribute[] {
  const found: unknown = Object.entries(models).find(([name]) => name === model)?.[1];
  if (typeof found !== 'function' || !('attributeTypeMap' in found)) {
    throw new Error(`The Kubernetes client library has no model ${model}.`);
  }
  return (found as unknown as Model).attributeTypeMap;
}

function fieldSchema(model: string, attribute: Attribute): Schema {
  const path = `${model}.${attribute.baseName}`;
  if (preserved.has(path)) return { 'x-kubernetes-preserve-unknown-fields': true };
  const type = typeSchema(attribute.type, attribute.format);
  const shape = quantities.has(path) ? quantity(type) : type;
  const fallback = builtInDefaults[path];
  return mergeable(path, fallback === undefined ? shape : { ...shape, default: fallback });
}

// Accepts numbers and strings: `cpu: 0.5`.
const number: Schema = { format: 'quantity' };

const quantity = (schema: Schema): Schema =>
  schema.type === 'object' ? { type: 'object', additionalProperties: number } : number;

function mergeable(path: string, schema: Schema): Schema {
  const keys = listKeys[path];
  if (keys === undefined) return schema;
  if (keys.kind === 'atomic-map') return { ...schema, 'x-kubernetes-map-type': 'atomic' };
  if (keys.kind === 'set') {
    return { ...schema, 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' };
  }
  return {
    ...schema,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': keys.keys,
    'x-kubernetes-patch-merge-key': keys.mergeKey,
    'x-kubernetes-patch-strategy': 'merge',
  };
}

function typeSchema(type: string, format: string): Schema {
  const list = /^Array<(.*)>$/.exec(type)?.[1];
  if (list !== undefined) return { type: 'array', items: typeSchema(list, format) };
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (map !== undefined) return { type: 'object', additionalProperties: typeSchema(map, format) };
  if (type === 'number') {
    return format === 'double' || format === 'float'
      ? { type: 'number', format }
      : { type: 'integer', format: format === '' ? 'int32' : format };
  }
  const scalar = scalars[type];
  if (scalar === undefined) return builtInSchema(type);
  return format === '' || scalar.type !== 'string' ? scalar : { ...scalar, format };
}
