// Cloud resources that must be unchanged after a teardown.

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Records of operations, and of what stays by design: enabled APIs, tokens, etags. */
const volatile: ReadonlySet<string> = new Set([
  'operations',
  'serviceOperations',
  'enabledServices',
  'servicesEffectiveAt',
  'hasWorkloadPool',
  'tokens',
  'etag',
  'effectiveAt',
  'requests',
]);
const parts = ['gke', 'kubernetes', 'controllers', 'google', 'apigee', 'dataplane', 'billable'];

/** @param world the answer of `/_sandbox/world`. */
export function standing(world: unknown): Json {
  const all = isRecord(world) ? world : {};
  return Object.fromEntries(parts.map((part) => [part, stripped(all[part])]));
}

function stripped(value: unknown): Json {
  if (Array.isArray(value)) return value.map(stripped);
  if (!isRecord(value)) return (value ?? null) as Json;
  const kept = Object.entries(value)
    .filter(([name]) => !volatile.has(name))
    .map(([name, each]) => [name, stripped(each)] as const)
    // An empty list equals a missing one.
    .filter(([, each]) => !isRecord(each) || Object.keys(each).length > 0);
  return Object.fromEntries(kept);
}

/** Paths of the differences. */
export function differences(before: unknown, after: unknown, path = 'world'): string[] {
  if (isRecord(before) && isRecord(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => differences(before[name], after[name], `${path}.${name}`));
  }
  const [was, is] = [JSON.stringify(before) ?? 'absent', JSON.stringify(after) ?? 'absent'];
  return was === is ? [] : [`${path}: ${short(was)} before, ${short(is)} after`];
}

const short = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

interface GkeOperation {
  readonly type: string;
  readonly cluster: string;
  readonly startedAt: number;
}

/** Creations and deletions of each cluster alternate: two creations in a row mean two clusters. */
export function doubledClusters(operations: readonly GkeOperation[]): string[] {
  const last = new Map<string, string>();
  return operations
    .filter(({ type }) => type === 'CREATE_CLUSTER' || type === 'DELETE_CLUSTER')
    .toSorted((one, other) => one.startedAt - other.startedAt)
    .flatMap(({ type, cluster }) => {
      const isDoubled = last.get(cluster) === type;
      last.set(cluster, type);
      return isDoubled ? [`${type} of ${cluster} twice in a row`] : [];
    });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
