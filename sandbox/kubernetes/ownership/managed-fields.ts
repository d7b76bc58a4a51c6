// Field owners: reading and writing the entries of metadata.managedFields.
import type { KubeObject } from '../cluster.ts';
import { isObject, stringOr } from '../json.ts';
import type { Resource } from '../resources.ts';
import {
  compare,
  difference,
  type FieldSet,
  fieldsOf,
  fromFieldsV1,
  toFieldsV1,
  union,
} from './field-set.ts';

export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string;
  readonly fields: FieldSet;
}

export function readOwners(managedFields: unknown): Owner[] {
  if (!Array.isArray(managedFields)) return [];
  return managedFields.filter(isObject).map((entry) => ({
    manager: stringOr(entry['manager']),
    operation: entry['operation'] === 'Apply' ? 'Apply' : 'Update',
    apiVersion: stringOr(entry['apiVersion']),
    subresource: stringOr(entry['subresource']),
    time: stringOr(entry['time']),
    fields: fromFieldsV1(entry['fieldsV1']),
  }));
}

export function writeOwners(owners: readonly Owner[]): unknown[] {
  return owners
    .filter((owner) => owner.fields.size > 0)
    .map((owner) => ({
      manager: owner.manager,
      operation: owner.operation,
      apiVersion: owner.apiVersion,
      time: owner.time,
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(owner.fields),
      ...(owner.subresource === '' ? {} : { subresource: owner.subresource }),
    }));
}

export interface Writer {
  readonly manager: string;
  readonly operation: Owner['operation'];
  readonly apiVersion: string;
  readonly subresource: string;
}

export const isOwner = (owner: Owner, writer: Writer): boolean =>
  owner.manager === writer.manager &&
  owner.operation === writer.operation &&
  owner.subresource === writer.subresource;

/** Keeps the time of an owner with unchanged fields, so that a repeated write changes nothing. */
export function replaceOwner(
  owners: readonly Owner[],
  writer: Writer,
  fields: FieldSet,
  time: string,
): Owner[] {
  const old = owners.find((owner) => isOwner(owner, writer));
  const same =
    old !== undefined &&
    old.fields.size === fields.size &&
    difference(fields, old.fields).size === 0;
  const next: Owner = { ...writer, time: same ? old.time : time, fields };
  return old === undefined
    ? [...owners, next]
    : owners.map((owner) => (owner === old ? next : owner));
}

/**
 * The managedFields after a write other than an apply: the writer owns the changed fields.
 * @param owners those before the write
 */
export function ownersAfterUpdate(
  resource: Resource,
  change: { before: KubeObject | undefined; after: KubeObject },
  owners: readonly Owner[],
  writer: Writer,
  time: string,
): Owner[] {
  const within = (set: FieldSet): FieldSet => withinReach(resource, writer, set);
  const compared = compare(
    fieldsOf(change.before ?? {}, resource.schema),
    fieldsOf(change.after, resource.schema),
  );
  const taken = within(union(compared.added, compared.modified));
  const removed = within(compared.removed);
  if (taken.size === 0 && removed.size === 0) return [...owners];
  const others = owners.map((owner) =>
    isOwner(owner, writer)
      ? owner
      : { ...owner, fields: difference(difference(owner.fields, taken), removed) },
  );
  const mine = owners.find((owner) => isOwner(owner, writer))?.fields ?? new Map<string, never>();
  const fields = difference(union(mine, taken), removed);
  return replaceOwner(others, writer, fields, time).filter((owner) => owner.fields.size > 0);
}

/** The fields that a write may own: status only through the status subresource, where it exists. */
export function withinReach(resource: Resource, writer: Writer, set: FieldSet): FieldSet {
  if (!resource.status) return set;
  const ofStatus = writer.subresource === 'status';
  return new Map([...set].filter(([, path]) => (path[0] === 'f:status') === ofStatus));
}
