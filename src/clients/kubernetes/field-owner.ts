// Owners of fields, read from metadata.managedFields. Pure.
import { parseJson } from '../../kernel/json.ts';
import { z } from 'zod';
import type { KubernetesObject } from './client.ts';
import type { FieldPath } from './difference.ts';

export interface FieldOwner {
  /** The field manager's name: `kubectl-edit`, `kubectl`, a controller's. */
  readonly manager: string;
  /** When this manager last wrote the object, RFC 3339. */
  readonly at: string;
}

const fields = z.record(z.string(), z.unknown());
const entries = z.array(
  z.object({
    manager: z.string(),
    time: z.string().default(''),
    subresource: z.string().default(''),
    fieldsV1: fields.default({}),
  }),
);
type Fields = z.infer<typeof fields>;

/** The latest manager other than `self` that owns the field; undefined when there is none. */
export function ownerOf(
  object: KubernetesObject,
  path: FieldPath,
  self: string,
): FieldOwner | undefined {
  const { data = [] } = entries.safeParse(object.metadata['managedFields']);
  return data
    .filter(({ manager, subresource }) => manager !== self && subresource !== 'status')
    .filter(({ fieldsV1 }) => owns(fieldsV1, path, object))
    .map(({ manager, time }) => ({ manager, at: time }))
    .toSorted((one, other) => one.at.localeCompare(other.at))
    .at(-1);
}

/** An owned map or list that is not split further is owned with its whole content. */
function owns(owned: Fields, path: FieldPath, value: unknown, isRoot = true): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return true;
  if (!isRoot && Object.keys(owned).length === 0) return true;
  const inside = isRecord(value) || Array.isArray(value) ? valueAt(value, step) : undefined;
  const key = typeof step === 'string' ? `f:${step}` : itemKey(owned, step, inside);
  const next = fields.safeParse(key === undefined ? undefined : owned[key]);
  return next.success && owns(next.data, rest, inside, false);
}

/** `k:{"name":"vllm"}` by its keys, `v:"x"` by its value, `i:0` by its place. */
function itemKey(owned: Fields, index: number, item: unknown): string | undefined {
  return Object.keys(owned).find((key) => {
    if (key.startsWith('k:')) return isRecord(item) && hasKeys(item, parseJson(key.slice(2)));
    if (key.startsWith('v:')) return parseJson(key.slice(2)) === item;
    return key === `i:${index}`;
  });
}

function hasKeys(item: Record<string, unknown>, keys: unknown): boolean {
  return isRecord(keys) && Object.entries(keys).every(([name, value]) => item[name] === value);
}

function valueAt(value: Record<string, unknown> | unknown[], step: string | number): unknown {
  return (value as Record<string | number, unknown>)[step];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
