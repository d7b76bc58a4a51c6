// Tolerant readers of Kubernetes objects: conditions, addresses, operator states.
import { z } from 'zod';
import type { KubernetesObject, ObjectRef } from '../clients/kubernetes/client.ts';
import { type StateColumns, readColumn } from './printer-columns.ts';

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
  observedGeneration: z.number().optional(),
});
export type Condition = z.infer<typeof condition>;

const conditions = z.array(condition).default([]);
const withConditions = z.object({ conditions }).default({ conditions: [] });
/** One malformed entry of another controller does not hide the others. */
const entries = z.array(z.unknown()).default([]);
const withAncestors = z.object({ ancestors: entries });
const withParents = z.object({ parents: entries });
/** Defaults of the Gateway API's ParentReference. */
const reference = z.object({
  group: z.string().default('gateway.networking.k8s.io'),
  kind: z.string().default('Gateway'),
  namespace: z.string().optional(),
  name: z.string(),
  sectionName: z.string().optional(),
  port: z.number().optional(),
});
type Reference = z.infer<typeof reference>;
const statusEntry = z.object({
  parentRef: reference.optional(),
  ancestorRef: reference.optional(),
  controllerName: z.string().default(''),
  conditions,
});
type StatusEntry = z.infer<typeof statusEntry>;
const withParentRefs = z.object({ parentRefs: z.array(reference).default([]) });
const withAddresses = z.object({
  addresses: z.array(z.object({ value: z.string() })).default([]),
});
const anyStatus = z.record(z.string(), z.unknown());

export function conditionsOf(object: KubernetesObject | undefined): Condition[] {
  return withConditions.safeParse(object?.['status']).data?.conditions ?? [];
}

/** Entries by GKE's controllers for a gateway in the status of an extension or a policy. */
export function ancestorConditions(
  object: KubernetesObject | undefined,
  gateway: ObjectRef,
): Condition[][] {
  const { data } = withAncestors.safeParse(object?.['status']);
  return entriesOf(data?.ancestors ?? [], object, gateway).map((one) => one.conditions);
}

/** The same in the status of a route. */
export function parentConditions(
  object: KubernetesObject | undefined,
  gateway: ObjectRef,
): Condition[][] {
  const { data } = withParents.safeParse(object?.['status']);
  const own = entriesOf(data?.parents ?? [], object, gateway);
  const desired = withParentRefs.safeParse(object?.['spec']).data?.parentRefs ?? [];
  // An entry for a listener that the route no longer names remains.
  const current = own.filter(({ parentRef }) =>
    desired.some((one) => isSameListener(one, parentRef)),
  );
  return (current.length > 0 ? current : own).map((one) => one.conditions);
}

/** Unmet conditions for all `desired` types to be True; `none`: the text without entries. */
export function unmetEntries(
  object: KubernetesObject,
  found: readonly (readonly Condition[])[],
  { desired, none }: { readonly desired: readonly string[]; readonly none: string },
): string | undefined {
  if (found.length === 0) return none;
  return found
    .map((one) => unmetCondition(object, one, desired))
    .find((missing) => missing !== undefined);
}

/** Prefix of the names of GKE's controllers. */
const gkeController = 'networking.gke.io/';

function entriesOf(
  all: readonly unknown[],
  object: KubernetesObject | undefined,
  gateway: ObjectRef,
): StatusEntry[] {
  const home = object?.metadata.namespace;
  return all
    .flatMap((one) => statusEntry.safeParse(one).data ?? [])
    .filter(({ parentRef, ancestorRef, controllerName }) => {
      const isOfGke = controllerName === '' || controllerName.startsWith(gkeController);
      return isOfGke && refersTo(parentRef ?? ancestorRef, gateway, home);
    });
}

const refersTo = (ref: Reference | undefined, to: ObjectRef, home: string | undefined): boolean =>
  ref !== undefined &&
  ref.group === to.apiVersion.split('/')[0] &&
  ref.kind === to.kind &&
  ref.name === to.name &&
  (ref.namespace ?? home ?? to.namespace) === to.namespace;

const isSameListener = (one: Reference, other: Reference | undefined): boolean =>
  one.name === other?.name && one.sectionName === other.sectionName && one.port === other.port;

/** Unmet conditions for all `wanted` types to be True, as text; undefined when there are none. */
export function unmetCondition(
  object: KubernetesObject,
  found: readonly Condition[],
  desired: readonly string[],
): string | undefined {
  const generation = object.metadata.generation;
  for (const type of desired) {
    const at = found.find((one) => one.type === type);
    if (at === undefined) return `${type} is not reported yet`;
    const isStale =
      generation !== undefined &&
      at.observedGeneration !== undefined &&
      at.observedGeneration < generation;
    if (isStale) return `${type} is not reported for the last change yet`;
    if (at.status !== 'True') {
      const words = [at.reason, at.message].filter((word) => word !== '').join(': ');
      return `${type} is ${at.status}${words === '' ? '' : ` (${words})`}`;
    }
  }
  return undefined;
}

/** The first address of a Gateway. */
export function addressOf(gateway: KubernetesObject | undefined): string | undefined {
  return withAddresses.safeParse(gateway?.['status']).data?.addresses[0]?.value;
}

export interface OperatorState {
  /** In the operator's own spelling; empty before the operator has written it. */
  readonly state: string;
  readonly errorMessage: string;
}

/** Names that were seen in public, for definitions without printer columns. */
const knownPaths: StateColumns = {
  state: ['.status.state', '.status.currentState', '.status.status'],
  errorMessage: ['.status.errorMessage', '.status.error', '.status.message'],
};

/** State of one of the operator's resources. @param columns of its definition. */
export function operatorState(
  object: KubernetesObject | undefined,
  columns: StateColumns = { state: [], errorMessage: [] },
): OperatorState {
  const first = (field: keyof StateColumns): string =>
    [...columns[field], ...knownPaths[field]]
      .map((path) => readColumn(object, path))
      .find((text) => text !== '') ?? '';
  return { state: first('state'), errorMessage: first('errorMessage') };
}

/** The plain fields of a status in one line, for an unknown format. */
export function describeStatus(object: KubernetesObject | undefined): string {
  const fields = Object.entries(anyStatus.safeParse(object?.['status']).data ?? {});
  return fields
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(', ');
}
