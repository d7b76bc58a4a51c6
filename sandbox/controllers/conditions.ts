// Conditions and events of controllers: a transition time changes only with the status.
import type { KubeObject, ObjectRef } from '../kubernetes/cluster.ts';
import { kinds } from './kinds.ts';
import { groupOf, type Pass } from './loop.ts';

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  observedGeneration?: number;
  lastTransitionTime: string;
  lastUpdateTime?: string;
}

export type NewCondition = Omit<Condition, 'lastTransitionTime' | 'lastUpdateTime'>;

/** Second resolution, as in Kubernetes. */
export const kubeTime = (ms = Date.now()): string =>
  new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** Sets one condition by type, in place. */
export function setCondition(conditions: Condition[], wanted: NewCondition): void {
  const at = conditions.findIndex((one) => one.type === wanted.type);
  const old = conditions[at];
  const lastTransitionTime =
    old !== undefined && old.status === wanted.status ? old.lastTransitionTime : kubeTime();
  const condition = { ...wanted, lastTransitionTime };
  if (at < 0) conditions.push(condition);
  else conditions[at] = condition;
}

/** The conditions of `old`, replaced by the desired ones; transition times stay. */
export function conditionsFrom(old: unknown, wanted: readonly NewCondition[]): Condition[] {
  const before = conditionsOf({ conditions: old });
  return wanted.map((condition) => {
    const kept = before.filter((one) => one.type === condition.type);
    setCondition(kept, condition);
    return kept[0] ?? { ...condition, lastTransitionTime: kubeTime() };
  });
}

/** The conditions in a status (or in one of its parts). */
export function conditionsOf(holder: unknown): Condition[] {
  if (typeof holder !== 'object' || holder === null || !('conditions' in holder)) return [];
  return Array.isArray(holder.conditions) ? (holder.conditions as Condition[]) : [];
}

export const isTrue = (holder: unknown, type: string): boolean =>
  conditionsOf(holder).some((one) => one.type === type && one.status === 'True');

export const refOf = (object: KubeObject): ObjectRef => ({
  group: groupOf(object),
  kind: object.kind,
  namespace: object.metadata.namespace,
  name: object.metadata.name,
});

/** The object's status, read-only. */
export const statusOf = (object: KubeObject | undefined): Record<string, unknown> =>
  (object?.['status'] ?? {}) as Record<string, unknown>;

export interface NewEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
}

/** Records an event about an object, once per reason and message; `again` counts each repeat. */
export function recordEvent(
  pass: Pass,
  about: KubeObject,
  event: NewEvent,
  often: 'once' | 'again' = 'once',
): void {
  if (!pass.store.serves(kinds.event.group, kinds.event.kind)) return;
  const namespace = about.metadata.namespace ?? 'default';
  const name = `${about.metadata.name}.${hash(`${about.metadata.uid}${event.reason}${event.message}`, 16)}`;
  // A namespace under deletion accepts no new objects.
  const home = pass.get(kinds.namespace, undefined, namespace);
  if (home?.metadata.deletionTimestamp !== undefined) return;
  const now = kubeTime();
  if (pass.get(kinds.event, namespace, name) !== undefined) {
    if (often === 'again') countEvent(pass, namespace, name, now);
    return;
  }
  pass.store.create({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: about.metadata.name,
      namespace,
      uid: about.metadata.uid,
      resourceVersion: about.metadata.resourceVersion,
    },
    type: event.type,
    reason: event.reason,
    message: event.message,
    source: { component: event.component },
    reportingComponent: event.component,
    reportingInstance: '',
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  });
}

function countEvent(pass: Pass, namespace: string, name: string, now: string): void {
  pass.store.update({ group: '', kind: 'Event', namespace, name }, (object) => {
    object['count'] = Number(object['count'] ?? 1) + 1;
    object['lastTimestamp'] = now;
  });
}

/** A short, stable, lower-case name part: the same text gives the same letters and digits. */
export function hash(text: string, length: number): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  let name = '';
  let mixed = 0x811c9dc5;
  for (let round = 0; name.length < length; round += 1) {
    for (const character of `${text}${round}`) {
      mixed = Math.imul(mixed ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    }
    name += letters[mixed % letters.length] ?? 'b';
  }
  return name;
}
