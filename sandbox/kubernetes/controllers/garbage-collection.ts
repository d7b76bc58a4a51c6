// Garbage collection of objects without owners, with foreground and orphaning deletions.
import type { Clock } from '../../core/clock.ts';
import type { KubeObject, OwnerReference } from '../cluster.ts';
import type { Objects, Revision } from '../objects.ts';
import { type Resource, type Resources, splitApiVersion } from '../resources.ts';
import type { Writes } from '../writes.ts';

const manager = 'kube-controller-manager';

/** Approximate delay of the collector after a change on a real cluster. */
const lagMs = 1_000;

export interface ControllerParts {
  readonly clock: Clock;
  readonly objects: Objects;
  readonly resources: Resources;
  readonly writes: Writes;
}

/** Runs `sweep` at the start and shortly after a relevant change; returns its stop function. */
export function sweepAfter(
  { clock, objects }: ControllerParts,
  concerns: (revision: Revision) => boolean,
  sweep: () => void,
): () => void {
  let cancel: (() => void) | undefined;
  const soon = (): void => {
    cancel ??= clock.after(lagMs, () => {
      cancel = undefined;
      sweep();
    });
  };
  const unsubscribe = objects.subscribe((revision) => {
    if (concerns(revision)) soon();
  });
  soon();
  return () => {
    unsubscribe();
    cancel?.();
  };
}

export function collectGarbage(parts: ControllerParts): () => void {
  return sweepAfter(
    parts,
    ({ type, object: { metadata } }) =>
      type === 'DELETED' ||
      metadata.deletionTimestamp !== undefined ||
      (metadata.ownerReferences ?? []).length > 0,
    () => sweep(parts),
  );
}

interface Found {
  readonly resource: Resource;
  readonly object: KubeObject;
}

function everything({ objects, resources }: ControllerParts): Found[] {
  return objects.groupKinds().flatMap((groupKind) =>
    objects.list(groupKind).flatMap((object): Found[] => {
      const { group } = splitApiVersion(object.apiVersion);
      const resource = resources.byKind(group, object.kind);
      return resource === undefined ? [] : [{ resource, object }];
    }),
  );
}

function sweep(parts: ControllerParts): void {
  const all = everything(parts);
  const owners = new Map(all.map(({ object }) => [object.metadata.uid, object]));
  for (const found of all) {
    const finalizers = found.object.metadata.finalizers ?? [];
    const going = found.object.metadata.deletionTimestamp !== undefined;
    if (going && finalizers.includes('orphan')) orphan(parts, all, found);
    else if (going && finalizers.includes('foregroundDeletion')) foreground(parts, all, found);
    else collect(parts, owners, found);
  }
}

const ownersOf = (object: KubeObject): readonly OwnerReference[] =>
  object.metadata.ownerReferences ?? [];

const dependentsOf = (all: readonly Found[], owner: KubeObject): Found[] =>
  all.filter(({ object }) => ownersOf(object).some(({ uid }) => uid === owner.metadata.uid));

/** The object as it is now: an earlier step of the same sweep may have changed it. */
function fresh({ objects }: ControllerParts, { object }: Found): KubeObject | undefined {
  const { group } = splitApiVersion(object.apiVersion);
  const groupKind = group === '' ? object.kind : `${object.kind}.${group}`;
  return objects.get(groupKind, object.metadata.namespace, object.metadata.name);
}

function edit(parts: ControllerParts, found: Found, change: (object: KubeObject) => void): void {
  const current = fresh(parts, found);
  if (current === undefined) return;
  const next = structuredClone(current);
  change(next);
  parts.writes.update(found.resource, current, next, { manager, dryRun: false });
}

function remove(parts: ControllerParts, found: Found, how: 'Background' | 'Foreground'): void {
  const current = fresh(parts, found);
  if (current === undefined || current.metadata.deletionTimestamp !== undefined) return;
  parts.writes.remove(found.resource, current, { propagation: how }, false);
}

const withoutFinalizer =
  (name: string) =>
  (object: KubeObject): void => {
    object.metadata.finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== name);
  };

function withoutOwners(uids: ReadonlySet<string>): (object: KubeObject) => void {
  return (object) => {
    object.metadata.ownerReferences = ownersOf(object).filter(({ uid }) => !uids.has(uid));
    if (object.metadata.ownerReferences.length === 0) delete object.metadata.ownerReferences;
  };
}

function orphan(parts: ControllerParts, all: readonly Found[], found: Found): void {
  for (const dependent of dependentsOf(all, found.object)) {
    edit(parts, dependent, withoutOwners(new Set([found.object.metadata.uid])));
  }
  edit(parts, found, withoutFinalizer('orphan'));
}

function foreground(parts: ControllerParts, all: readonly Found[], found: Found): void {
  const dependents = dependentsOf(all, found.object);
  for (const dependent of dependents) remove(parts, dependent, 'Foreground');
  const blocking = dependents.filter(
    (dependent) =>
      fresh(parts, dependent) !== undefined &&
      ownersOf(dependent.object).some(
        ({ uid, blockOwnerDeletion }) =>
          uid === found.object.metadata.uid && blockOwnerDeletion === true,
      ),
  );
  if (blocking.length === 0) edit(parts, found, withoutFinalizer('foregroundDeletion'));
}

function collect(
  parts: ControllerParts,
  owners: ReadonlyMap<string, KubeObject>,
  found: Found,
): void {
  const references = ownersOf(found.object);
  if (references.length === 0) return;
  const absent = new Set(references.map(({ uid }) => uid).filter((uid) => !owners.has(uid)));
  if (absent.size === references.length) remove(parts, found, 'Background');
  else if (absent.size > 0) edit(parts, found, withoutOwners(absent));
}
