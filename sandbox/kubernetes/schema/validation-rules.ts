// Evaluation of a schema's x-kubernetes-validations with a CEL library.
import { Environment } from '@marcbachmann/cel-js';
import { isObject } from '../json.ts';
import { invalidValue, type StatusCause } from '../status-error.ts';
import { fieldSchema } from './prune.ts';
import type { Schema, ValidationRule } from './schema.ts';

type Program = (context: Record<string, unknown>) => unknown;

const environment = new Environment({
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
})
  .registerVariable('self', 'dyn')
  .registerVariable('oldSelf', 'dyn');

const programs = new Map<string, Program | Error>();

/** Errors of the rules of `schema` and its fields; `old` is the value before an update. */
export function ruleFaults(
  value: unknown,
  old: unknown,
  schema: Schema,
  path: string,
): StatusCause[] {
  const faults = (schema['x-kubernetes-validations'] ?? []).flatMap((rule) =>
    ruleFault(rule, { value, old, schema, path }),
  );
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return faults;
    const before = matchItems(value, old, schema);
    const below = value.flatMap((item, at) =>
      ruleFaults(item, before[at], items, `${path}[${at}]`),
    );
    return [...faults, ...below];
  }
  if (!isObject(value)) return faults;
  for (const [key, field] of Object.entries(value)) {
    const known = fieldSchema(schema, key);
    if (known === undefined) continue;
    const before = isObject(old) ? old[key] : undefined;
    faults.push(...ruleFaults(field, before, known, path === '' ? key : `${path}.${key}`));
  }
  return faults;
}

/** Pairs of old and new items: by key in a keyed list; in other lists the real server compares none. */
function matchItems(value: unknown[], old: unknown, schema: Schema): unknown[] {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (!Array.isArray(old) || keys === undefined) return [];
  return value.map((item) =>
    old.find(
      (one) => isObject(one) && isObject(item) && keys.every((key) => one[key] === item[key]),
    ),
  );
}

interface Subject {
  readonly value: unknown;
  readonly old: unknown;
  readonly schema: Schema;
  readonly path: string;
}

function ruleFault(rule: ValidationRule, subject: Subject): StatusCause[] {
  const { value, old, schema, path } = subject;
  const transition = /\boldSelf\b/.test(rule.rule);
  // A transition rule does not apply to a new value.
  if (transition && old === undefined) return [];
  const field = rule.fieldPath === undefined ? path : `${path}${rule.fieldPath}`;
  const program = compile(rule.rule);
  const self = toCel(value, schema);
  const message = rule.message ?? `failed rule: ${rule.rule}`;
  if (program instanceof Error) {
    return [invalidValue(field, typeWord(value), `rule compile error: ${program.message}`)];
  }
  try {
    if (program({ self, oldSelf: toCel(old, schema) }) === true) return [];
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return [invalidValue(field, typeWord(value), `${message}: rule evaluation error: ${why}`)];
  }
  return [invalidValue(field, typeWord(value), message)];
}

const typeWord = (value: unknown): unknown => {
  if (Array.isArray(value)) return 'array';
  return isObject(value) ? 'object' : value;
};

function compile(rule: string): Program | Error {
  const known = programs.get(rule);
  if (known !== undefined) return known;
  let made: Program | Error;
  try {
    made = environment.parse(selectIndexed(rule));
  } catch (error) {
    made = error instanceof Error ? error : new Error(String(error));
  }
  programs.set(rule, made);
  return made;
}

/** The library rejects has() on an indexed operand, `has(self.a[0].b)`: `in` tests the same. */
const selectIndexed = (rule: string): string =>
  rule.replaceAll(/\bhas\(((?:[\w.]|\[\d+\])*\[\d+\][\w.[\]]*)\.(\w+)\)/g, '("$2" in $1)');

/** Whole numbers are CEL ints where the schema says integer: in JSON they look like doubles. */
function toCel(value: unknown, schema: Schema | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => toCel(item, schema?.items));
  if (isObject(value)) {
    const fields = Object.entries(value).map(([key, field]): [string, unknown] => {
      const known = schema === undefined ? undefined : fieldSchema(schema, key);
      const named = schema?.properties !== undefined && Object.hasOwn(schema.properties, key);
      return [named && reserved.has(key) ? `__${key}__` : key, toCel(field, known)];
    });
    return Object.fromEntries(fields);
  }
  if (typeof value === 'number' && Number.isInteger(value) && schema?.type !== 'number') {
    return BigInt(value);
  }
  return value;
}

/** Reserved words of CEL: rules write a field of that name as `__word__`. */
const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);
