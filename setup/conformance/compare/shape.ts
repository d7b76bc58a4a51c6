// Shape of JSON: fields, types and fixed values, without incidental values.
import type { Json } from '../../../src/kernel/errors.ts';
import { isFixedValue, isPlaceholder, isSentenceField, mapFields } from './fields.ts';

export interface Shape {
  /** `string`, `numeric string`, `time`, `number`, `boolean`, `null`, `object`, `list`. */
  readonly types: ReadonlySet<string>;
  /** For strings with a fixed set of values. */
  readonly values: ReadonlySet<string>;
  /** For objects; the fields of several are merged. */
  readonly fields: ReadonlyMap<string, Shape>;
  /** For lists with items. */
  readonly items: Shape | undefined;
}

const nothing: Shape = { types: new Set(), values: new Set(), fields: new Map(), items: undefined };

export function shapeOf(value: Json | undefined, field = ''): Shape {
  if (value === undefined) return nothing;
  if (typeof value === 'string') return shapeOfText(value, field);
  if (value === null) return { ...nothing, types: new Set(['null']) };
  if (Array.isArray(value)) {
    const items = value.map((item) => shapeOf(item, field));
    return { ...nothing, types: new Set(['list']), items: items.reduce(merged, undefined) };
  }
  if (typeof value !== 'object') return { ...nothing, types: new Set([typeof value]) };
  const fields = new Map<string, Shape>();
  for (const [name, item] of Object.entries(value)) {
    // `regions/us-central1`: Compute Engine's aggregated lists.
    const key = mapFields.has(field) || name.includes('/') ? '*' : name;
    fields.set(key, mergeShapes(fields.get(key), shapeOf(item, name)));
  }
  return { ...nothing, types: new Set(['object']), fields };
}

const merged = (one: Shape | undefined, other: Shape): Shape => mergeShapes(one, other);

function shapeOfText(text: string, field: string): Shape {
  const type = typeOfText(text);
  const isFixed = type === 'string' && !isPlaceholder(text) && !isSentenceField(field);
  const values = isFixed && text !== '' && isFixedValue(field, text) ? [text] : [];
  return { ...nothing, types: new Set([type]), values: new Set(values) };
}

function typeOfText(text: string): string {
  if (text === '<time>') return 'time';
  return /^(\d+(\.\d+)?|<number-\d+>)$/.test(text) ? 'numeric string' : 'string';
}

export function mergeShapes(one: Shape | undefined, other: Shape): Shape {
  if (one === undefined) return other;
  const fields = new Map(one.fields);
  for (const [name, shape] of other.fields) fields.set(name, mergeShapes(fields.get(name), shape));
  const items = [one.items, other.items].filter((shape) => shape !== undefined);
  return {
    types: new Set([...one.types, ...other.types]),
    values: new Set([...one.values, ...other.values]),
    fields,
    items: items.reduce<Shape | undefined>(merged, undefined),
  };
}

export interface ShapeDifference {
  /** `error.details[].reason`; empty for the body as a whole. */
  readonly at: string;
  readonly real: string;
  readonly sandbox: string;
}

/** An empty list or an absent body does not show the shape of its items. */
export function compareShapes(real: Shape, sandbox: Shape, at = ''): ShapeDifference[] {
  const types = [listed(real.types), listed(sandbox.types)] as const;
  if (types[0] !== types[1]) {
    return [{ at, real: orNone(types[0]), sandbox: orNone(types[1]) }];
  }
  const values = [listed(real.values), listed(sandbox.values)] as const;
  const found: ShapeDifference[] =
    values[0] === values[1] ? [] : [{ at, real: orNone(values[0]), sandbox: orNone(values[1]) }];
  for (const name of new Set([...real.fields.keys(), ...sandbox.fields.keys()])) {
    const path = at === '' ? name : `${at}.${name}`;
    found.push(...compareFields(real.fields.get(name), sandbox.fields.get(name), path));
  }
  if (real.items !== undefined && sandbox.items !== undefined) {
    found.push(...compareShapes(real.items, sandbox.items, `${at}[]`));
  }
  return found;
}

function compareFields(
  real: Shape | undefined,
  sandbox: Shape | undefined,
  at: string,
): ShapeDifference[] {
  if (real !== undefined && sandbox !== undefined) return compareShapes(real, sandbox, at);
  const shown = (shape: Shape | undefined): string =>
    shape === undefined ? 'absent' : listed(shape.types);
  return [{ at, real: shown(real), sandbox: shown(sandbox) }];
}

const listed = (words: ReadonlySet<string>): string => [...words].toSorted().join(', ');
const orNone = (words: string): string => (words === '' ? 'none' : words);
