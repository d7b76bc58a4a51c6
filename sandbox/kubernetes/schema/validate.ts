// Validation of a value by its schema, with the API server's error texts.
import { canonical, equal, isObject } from '../json.ts';
import { invalidValue, required, type StatusCause } from '../status-error.ts';
import { formatFault } from './formats.ts';
import { fieldSchema } from './prune.ts';
import type { Schema } from './schema.ts';

/** Every error of `value`, each with its field's path. Validation rules (CEL) are checked elsewhere. */
export function validate(value: unknown, schema: Schema, path: string): StatusCause[] {
  if (value === null && schema.nullable === true) return [];
  const type = typeFault(value, schema, path);
  if (type !== undefined) return [type];
  return [
    ...enumFaults(value, schema, path),
    ...scalarFaults(value, schema, path),
    ...(Array.isArray(value) ? listFaults(value, schema, path) : []),
    ...(isObject(value) ? objectFaults(value, schema, path) : []),
    ...combinationFaults(value, schema, path),
  ];
}

const typeNames = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
};

/** The error for a value of the wrong type, or undefined. */
export function typeFault(value: unknown, schema: Schema, path: string): StatusCause | undefined {
  const found = typeNames(value);
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (found === 'integer' || found === 'string') return undefined;
    return wrongType(path, 'integer,string', found);
  }
  const { type } = schema;
  if (type === undefined || type === found) return undefined;
  if (type === 'number' && found === 'integer') return undefined;
  return wrongType(path, type, found);
}

function wrongType(path: string, wanted: string, found: string): StatusCause {
  return {
    reason: 'FieldValueTypeInvalid',
    message: `Invalid value: "${found}": ${path} in body must be of type ${wanted}: "${found}"`,
    field: path,
  };
}

function enumFaults(value: unknown, schema: Schema, path: string): StatusCause[] {
  if (schema.enum === undefined || schema.enum.some((one) => equal(one, value))) return [];
  const allowed = schema.enum.map((one) => JSON.stringify(one)).join(', ');
  return [
    {
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed}`,
      field: path,
    },
  ];
}

function scalarFaults(value: unknown, schema: Schema, path: string): StatusCause[] {
  const faults: StatusCause[] = [];
  const add = (why: string): void =>
    void faults.push(invalidValue(path, value, `${path} in body ${why}`));
  if (typeof value === 'string') {
    const length = Array.from(value).length;
    if (schema.maxLength !== undefined && length > schema.maxLength) {
      faults.push({
        reason: 'FieldValueTooLong',
        message: `Too long: may not be more than ${schema.maxLength} bytes`,
        field: path,
      });
    }
    if (schema.minLength !== undefined && length < schema.minLength) {
      add(`should be at least ${schema.minLength} chars long`);
    }
    if (schema.pattern !== undefined && !pattern(schema.pattern).test(value)) {
      add(`should match '${schema.pattern}'`);
    }
    const fault = schema.format === undefined ? undefined : formatFault(schema.format, value);
    if (fault !== undefined) add(fault);
  }
  if (typeof value === 'number') {
    const { minimum, maximum } = schema;
    if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
      add(`should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
    }
    if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
      add(`should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
    }
    if (schema.multipleOf !== undefined && value % schema.multipleOf !== 0) {
      add(`should be a multiple of ${schema.multipleOf}`);
    }
  }
  return faults;
}

const patterns = new Map<string, RegExp>();

/** A regular expression of Go: JavaScript reads the same, but some escapes only without the u flag. */
function pattern(text: string): RegExp {
  const known = patterns.get(text) ?? compile(text);
  patterns.set(text, known);
  return known;
}

function compile(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch {
    return new RegExp(text);
  }
}

function listFaults(value: unknown[], schema: Schema, path: string): StatusCause[] {
  const faults: StatusCause[] = [];
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    faults.push({
      reason: 'FieldValueTooMany',
      message: `Too many: ${value.length}: must have at most ${schema.maxItems} items`,
      field: path,
    });
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    faults.push(
      invalidValue(
        path,
        value.length,
        `${path} in body should have at least ${schema.minItems} items`,
      ),
    );
  }
  const { items } = schema;
  if (items !== undefined) {
    value.forEach((item, at) => faults.push(...validate(item, items, `${path}[${at}]`)));
  }
  return [...faults, ...duplicateFaults(value, schema, path)];
}

function duplicateFaults(value: unknown[], schema: Schema, path: string): StatusCause[] {
  const keys = schema['x-kubernetes-list-map-keys'];
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== 'set' && listType !== 'map' && schema.uniqueItems !== true) return [];
  const seen = new Set<string>();
  return value.flatMap((item, at) => {
    const identity =
      listType === 'map' && isObject(item)
        ? Object.fromEntries(
            (keys ?? []).map((key) => [key, item[key] ?? schema.items?.properties?.[key]?.default]),
          )
        : item;
    const text = canonical(identity);
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [
      {
        reason: 'FieldValueDuplicate',
        message: `Duplicate value: ${JSON.stringify(identity)}`,
        field: `${path}[${at}]`,
      },
    ];
  });
}

function objectFaults(value: Record<string, unknown>, schema: Schema, path: string): StatusCause[] {
  const faults: StatusCause[] = [];
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  for (const key of schema.required ?? []) {
    if (value[key] === undefined) faults.push(required(at(key)));
  }
  const count = Object.keys(value).length;
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    faults.push({
      reason: 'FieldValueTooMany',
      message: `Too many: ${count}: must have at most ${schema.maxProperties} items`,
      field: path,
    });
  }
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    faults.push(
      invalidValue(
        path,
        count,
        `${path} in body should have at least ${schema.minProperties} properties`,
      ),
    );
  }
  for (const [key, field] of Object.entries(value)) {
    const known = fieldSchema(schema, key);
    if (known !== undefined) faults.push(...validate(field, known, at(key)));
  }
  return faults;
}

function combinationFaults(value: unknown, schema: Schema, path: string): StatusCause[] {
  const fits = (one: Schema): boolean => validate(value, one, path).length === 0;
  const faults = (schema.allOf ?? []).flatMap((one) => validate(value, one, path));
  if (schema.anyOf !== undefined && !schema.anyOf.some(fits)) {
    faults.push(
      invalidValue(path, '', `${path} in body must validate at least one schema (anyOf)`),
    );
  }
  if (schema.oneOf !== undefined && schema.oneOf.filter(fits).length !== 1) {
    faults.push(
      invalidValue(path, '', `${path} in body must validate one and only one schema (oneOf)`),
    );
  }
  if (schema.not !== undefined && fits(schema.not)) {
    faults.push(invalidValue(path, '', `${path} in body must not validate the schema (not)`));
  }
  return faults;
}
