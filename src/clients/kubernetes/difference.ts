// Fields that an apply would change: live object against dry run. Pure.
import type { KubernetesObject } from './client.ts';

/** Metadata that changes with every write, and fields of controllers. */
const ignored = new Set([
  'metadata.managedFields',
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.creationTimestamp',
  'metadata.uid',
  'metadata.selfLink',
  'metadata.annotations.llmgw.dev/run',
  'status',
]);

/** Path of a field from the root: names, and indexes of lists. */
export type FieldPath = readonly (string | number)[];

/** Paths of differences, never values: a Secret may be compared. */
export function changedFields(live: KubernetesObject, desired: KubernetesObject): FieldPath[] {
  const paths: FieldPath[] = [];
  compare(live, desired, [], paths);
  return paths;
}

/** `spec.template.spec.containers[0].image` */
export function dotted(path: FieldPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

function compare(live: unknown, desired: unknown, path: FieldPath, paths: FieldPath[]): void {
  if (ignored.has(dotted(path))) return;
  if (isRecord(live) && isRecord(desired)) {
    for (const key of new Set([...Object.keys(live), ...Object.keys(desired)])) {
      compare(live[key], desired[key], [...path, key], paths);
    }
    return;
  }
  if (Array.isArray(live) && Array.isArray(desired) && live.length === desired.length) {
    for (const [index, item] of live.entries()) {
      compare(item, desired[index], [...path, index], paths);
    }
    return;
  }
  if (isEmpty(live) && isEmpty(desired)) return;
  if (!Object.is(live, desired)) paths.push(path);
}

/** The API server treats absent, null and `{}` without its ignored fields as equal. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (!isRecord(value)) return false;
  return Object.keys(value).every((key) => key === 'llmgw.dev/run');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
