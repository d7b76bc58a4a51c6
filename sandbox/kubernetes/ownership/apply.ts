// Server-side apply: merge of a configuration, field ownership, and conflicts.
import type { KubeObject } from '../cluster.ts';
import { isObject, type JsonObject, objectOr } from '../json.ts';
import { apiVersionOf, type Resource } from '../resources.ts';
import { StatusError } from '../status-error.ts';
import {
  compare,
  difference,
  type FieldSet,
  fieldsOf,
  intersection,
  setOf,
  showPath,
  union,
} from './field-set.ts';
import {
  isOwner,
  type Owner,
  readOwners,
  replaceOwner,
  withinReach,
  writeOwners,
  type Writer,
} from './managed-fields.ts';
import { mergeApplied, removeUnapplied } from './merge.ts';

export interface ApplyOptions {
  readonly manager: string;
  readonly force: boolean;
  readonly subresource: '' | 'status' | 'scale';
  /** RFC 3339, for the new entry. */
  readonly time: string;
}

/**
 * The object after an apply, with new managedFields. Changes neither argument.
 * @throws StatusError 409 with a cause per field, when others own changed fields and `force` is not set
 */
export function applyConfiguration(
  resource: Resource,
  live: KubeObject | undefined,
  configuration: JsonObject,
  options: ApplyOptions,
): JsonObject {
  const { schema } = resource;
  const writer: Writer = {
    manager: options.manager,
    operation: 'Apply',
    apiVersion: apiVersionOf(resource),
    subresource: options.subresource,
  };
  const applied = withinReach(resource, writer, setOf(fieldsOf(configuration, schema)));
  const owners = readOwners(live?.metadata.managedFields);
  const last = owners.find((owner) => isOwner(owner, writer))?.fields ?? new Map<string, never>();
  const base: JsonObject = live === undefined ? {} : { ...live };
  const merged = objectOr(mergeApplied(base, onlyReach(resource, writer, configuration), schema));
  const others = owners.filter((owner) => !isOwner(owner, writer));
  removeUnapplied(merged, schema, last, union(applied, ...others.map((owner) => owner.fields)));

  const change = compare(fieldsOf(base, schema), fieldsOf(merged, schema));
  const changed = union(change.added, change.modified);
  if (!options.force) refuseConflicts(others, changed);
  const settled = owners.map((owner) =>
    isOwner(owner, writer) ? owner : withoutFields(owner, changed, change.removed),
  );
  const managedFields = writeOwners(replaceOwner(settled, writer, applied, options.time));
  const metadata = objectOr(merged['metadata']);
  return { ...merged, metadata: { ...metadata, managedFields } };
}

const withoutFields = (owner: Owner, taken: FieldSet, removed: FieldSet): Owner => ({
  ...owner,
  fields: difference(difference(owner.fields, taken), removed),
});

/** The half of a configuration for this endpoint; the other half is ignored, like in the real server. */
function onlyReach(resource: Resource, writer: Writer, configuration: JsonObject): JsonObject {
  if (!resource.status) return configuration;
  const { status, ...rest } = configuration;
  return writer.subresource === 'status' ? { status } : rest;
}

function refuseConflicts(others: readonly Owner[], changed: FieldSet): void {
  const conflicts = others.flatMap((owner) =>
    [...intersection(owner.fields, changed).values()].map((path) => ({
      owner: showOwner(owner),
      field: showPath(path),
    })),
  );
  if (conflicts.length === 0) return;
  const [first] = conflicts;
  const byOwner = Map.groupBy(conflicts, (one) => one.owner);
  const lines = [...byOwner].map(
    ([owner, fields]) =>
      `conflicts with ${owner}:\n${fields.map((one) => `- ${one.field}`).join('\n')}`,
  );
  const text =
    conflicts.length === 1
      ? `Apply failed with 1 conflict: conflict with ${first?.owner}: ${first?.field}`
      : `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
  throw new StatusError(409, 'Conflict', text, {
    causes: conflicts.map((one) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${one.owner}`,
      field: one.field,
    })),
  });
}

function showOwner(owner: Owner): string {
  const subresource = owner.subresource === '' ? '' : ` with subresource "${owner.subresource}"`;
  const name = `"${owner.manager}"${subresource}`;
  if (owner.operation === 'Apply') return name;
  return `${name} using ${owner.apiVersion}${owner.time === '' ? '' : ` at ${owner.time}`}`;
}

/** Fields of a configuration that its schema does not declare: they make an apply fail. */
export function undeclaredFields(unknown: readonly string[]): string {
  return unknown.map((path) => `.${path}: field not declared in schema`).join('\n');
}

/** True for an object with a name, which an apply requires. */
export const namesItself = (configuration: unknown): configuration is JsonObject =>
  isObject(configuration) &&
  typeof configuration['apiVersion'] === 'string' &&
  typeof configuration['kind'] === 'string';
