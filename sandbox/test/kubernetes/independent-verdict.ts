// An independent validation of specs with ajv, without the sandbox's own code.
import { isIPv4, isIPv6 } from 'node:net';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Schema } from '../../kubernetes/schema/schema.ts';

type Json = Record<string, unknown>;

const ajv = new Ajv({ strict: false, useDefaults: true, allErrors: true, unicodeRegExp: false });
// Number formats have no meaning in JSON.
for (const format of ['int32', 'int64', 'date-time', 'duration']) ajv.addFormat(format, true);
ajv.addFormat('ipv4', isIPv4);
ajv.addFormat('ipv6', isIPv6);
ajv.addKeyword({
  keyword: 'x-list-keys',
  type: 'array',
  validate: (keys: readonly string[], list: readonly Json[]) =>
    new Set(list.map((item) => JSON.stringify(keys.map((key) => item[key])))).size === list.length,
});
ajv.addKeyword({
  keyword: 'x-set',
  type: 'array',
  validate: (_is: boolean, list: readonly unknown[]) =>
    new Set(list.map((item) => JSON.stringify(item))).size === list.length,
});

/** A structural schema as JSON Schema: no unknown fields, no duplicates in keyed lists. */
function asJsonSchema(schema: Schema): Json {
  const {
    properties,
    items,
    additionalProperties: rest,
    'x-kubernetes-preserve-unknown-fields': keeps,
    'x-kubernetes-int-or-string': isEither,
    'x-kubernetes-list-map-keys': keys,
    'x-kubernetes-list-type': listType,
    nullable,
    ...own
  } = schema;
  const plain = Object.entries(own).filter(([key]) => !key.startsWith('x-kubernetes-'));
  const fields = Object.entries(properties ?? {}).map(([name, field]): [string, Json] => [
    name,
    asJsonSchema(field),
  ]);
  return {
    ...Object.fromEntries(plain),
    ...(isEither === true ? { type: ['integer', 'string'] } : {}),
    ...(nullable === true && own.type !== undefined ? { type: [own.type, 'null'] } : {}),
    ...(fields.length > 0 ? { properties: Object.fromEntries(fields) } : {}),
    ...(items === undefined ? {} : { items: asJsonSchema(items) }),
    ...(typeof rest === 'object' ? { additionalProperties: asJsonSchema(rest) } : {}),
    ...(rest === undefined && own.type === 'object' && keeps !== true && fields.length > 0
      ? { additionalProperties: false }
      : {}),
    ...(listType === 'map' ? { 'x-list-keys': keys } : {}),
    ...(listType === 'set' ? { 'x-set': true } : {}),
  };
}

const compiled = new Map<Schema, ValidateFunction>();

/** The validation result of `spec`, without its rules. */
export function independentVerdict(
  schema: Schema,
  spec: object,
): 'valid or rule' | 'unknown field' | 'schema' {
  const ofSpec = schema.properties?.['spec'];
  if (ofSpec === undefined) throw new Error('the schema has no spec');
  const validate = compiled.get(ofSpec) ?? ajv.compile(asJsonSchema(ofSpec));
  compiled.set(ofSpec, validate);
  const filled = structuredClone(spec);
  // ajv applies defaults late in a pass: the second pass validates them.
  validate(filled);
  if (validate(filled)) return 'valid or rule';
  const keywords = (validate.errors ?? []).map(({ keyword }) => keyword);
  return keywords.includes('additionalProperties') ? 'unknown field' : 'schema';
}
