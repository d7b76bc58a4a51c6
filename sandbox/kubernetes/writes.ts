// Writes to a cluster: identity, scope, generation, finalizers and revision.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Admission } from './admission.ts';
import type { KubeObject, ObjectMeta } from './cluster.ts';
import { equal, isObject, type JsonObject, listOr, objectOr, stringOr } from './json.ts';
import { groupKindOf, type Objects } from './objects.ts';
import { apiVersionOf, type Resource } from './resources.ts';
import { alreadyExists, badRequest, conflict, notFound } from './status-error.ts';

export interface WriteOptions {
  readonly manager: string;
  readonly dryRun: boolean;
  readonly subresource?: 'status' | 'scale' | undefined;
  /** Field ownership in the object is already final (server-side apply). */
  readonly owned?: boolean;
  /** Controllers may create an object with its status; over the API a new object has none. */
  readonly keepStatus?: boolean;
}

export interface DeleteOptions {
  readonly propagation: 'Background' | 'Foreground' | 'Orphan';
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

export interface Writes {
  create(resource: Resource, object: JsonObject, options: WriteOptions): KubeObject;
  /** Replaces the object, or its status only; a write that changes nothing keeps the revision. */
  update(
    resource: Resource,
    current: KubeObject,
    next: JsonObject,
    options: WriteOptions,
  ): KubeObject;
  /** `gone` is false while finalizers block the deletion. */
  remove(
    resource: Resource,
    current: KubeObject,
    how: DeleteOptions,
    dryRun: boolean,
  ): { object: KubeObject; gone: boolean };
}

/** Current time in seconds, in Kubernetes' form. */
export const timestamp = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

export function createWrites(objects: Objects, admission: Admission, now: () => number): Writes {
  const commit = (resource: Resource, object: KubeObject, dryRun: boolean): KubeObject =>
    dryRun ? object : objects.put(groupKindOf(resource.group, resource.kind), object);

  const discard = (resource: Resource, object: KubeObject): KubeObject =>
    objects.remove(groupKindOf(resource.group, resource.kind), object);

  return {
    create: (resource, incoming, options) => {
      const named = withIdentity(resource, incoming, now());
      const { namespace, name } = named.metadata;
      if (objects.get(groupKindOf(resource.group, resource.kind), namespace, name) !== undefined) {
        throw alreadyExists(resource, name);
      }
      const admitted = admission.create(resource, named, options);
      if (resource.generation) admitted.metadata.generation = 1;
      return commit(resource, admitted, options.dryRun);
    },
    update: (resource, current, incoming, options) => {
      const merged = keepIdentity(resource, current, incoming, options);
      const admitted = admission.update(resource, current, merged, options);
      if (resource.generation && specChanged(current, admitted)) {
        admitted.metadata.generation = (current.metadata.generation ?? 0) + 1;
      }
      if (equal(withoutOwnership(current), withoutOwnership(admitted))) {
        // A change of ownership alone keeps the time; otherwise a repeated apply would be a change.
        if (sameOwnership(current, admitted)) return current;
      }
      const freed = admitted.metadata.deletionTimestamp !== undefined && isFree(resource, admitted);
      if (freed && !options.dryRun) return discard(resource, admitted);
      return commit(resource, admitted, options.dryRun);
    },
    remove: (resource, current, how, dryRun) => {
      checkPreconditions(resource, current, how);
      const finalizers = new Set(current.metadata.finalizers);
      if (how.propagation === 'Foreground') finalizers.add('foregroundDeletion');
      if (how.propagation === 'Orphan') finalizers.add('orphan');
      const held = { ...structuredClone(current) };
      held.metadata.finalizers = [...finalizers];
      if (finalizers.size === 0) delete held.metadata.finalizers;
      if (isFree(resource, held)) {
        return { object: dryRun ? current : discard(resource, current), gone: true };
      }
      if (current.metadata.deletionTimestamp !== undefined) return { object: current, gone: false };
      held.metadata.deletionTimestamp = timestamp(now());
      if (resource.generation) held.metadata.generation = (held.metadata.generation ?? 0) + 1;
      if (resource.kind === 'Namespace') held['status'] = { phase: 'Terminating' };
      return { object: commit(resource, held, dryRun), gone: false };
    },
  };
}

/** True when no finalizer remains. A namespace keeps its own finalizer in spec until it is empty. */
function isFree(resource: Resource, object: KubeObject): boolean {
  if ((object.metadata.finalizers ?? []).length > 0) return false;
  if (resource.kind !== 'Namespace' || resource.group !== '') return true;
  return listOr(objectOr(object['spec'])['finalizers']).length === 0;
}

function checkPreconditions(resource: Resource, current: KubeObject, how: DeleteOptions): void {
  const { name, uid, resourceVersion } = current.metadata;
  if (how.uid !== undefined && how.uid !== uid) {
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${how.uid}, UID in object meta: ${uid}`,
    );
  }
  if (how.resourceVersion !== undefined && how.resourceVersion !== resourceVersion) {
    throw conflict(
      resource,
      name,
      `Precondition failed: ResourceVersion in precondition: ${how.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`,
    );
  }
}

const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** Five random letters without vowels, like generateName's suffix. */
export function nameSuffix(): string {
  return [...randomBytes(5)].map((byte) => suffixLetters[byte % suffixLetters.length]).join('');
}

function withIdentity(resource: Resource, incoming: JsonObject, at: number): KubeObject {
  const metadata = { ...objectOr(incoming['metadata']) };
  const generateName = stringOr(metadata['generateName']);
  const given = stringOr(metadata['name']);
  const name = given === '' && generateName !== '' ? `${generateName}${nameSuffix()}` : given;
  delete metadata['deletionTimestamp'];
  delete metadata['selfLink'];
  if (!resource.namespaced) delete metadata['namespace'];
  return {
    ...structuredClone(incoming),
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: {
      ...structuredClone(metadata),
      name,
      uid: randomUUID(),
      creationTimestamp: timestamp(at),
      resourceVersion: '',
    },
  };
}

/** Immutable fields keep the current object's values; the subresource decides which half is replaced. */
function keepIdentity(
  resource: Resource,
  current: KubeObject,
  incoming: JsonObject,
  options: WriteOptions,
): KubeObject {
  const { metadata: kept } = current;
  const given = objectOr(incoming['metadata']);
  const version = stringOr(given['resourceVersion']);
  if (version !== '' && version !== kept.resourceVersion) {
    throw conflict(
      resource,
      kept.name,
      'the object has been modified; please apply your changes to the latest version and try again',
    );
  }
  const uid = stringOr(given['uid']);
  if (uid !== '' && uid !== kept.uid) {
    throw conflict(
      resource,
      kept.name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${kept.uid}`,
    );
  }
  const onlyStatus = options.subresource === 'status';
  const body = structuredClone(onlyStatus ? { ...current, status: incoming['status'] } : incoming);
  if (!onlyStatus && resource.status) body['status'] = structuredClone(current['status']);
  if (body['status'] === undefined) delete body['status'];
  const labels = onlyStatus ? kept : given;
  const metadata: JsonObject & ObjectMeta = {
    ...structuredClone(labels),
    name: kept.name,
    uid: kept.uid,
    resourceVersion: kept.resourceVersion,
    creationTimestamp: kept.creationTimestamp,
  };
  if (onlyStatus && Array.isArray(given['managedFields'])) {
    metadata.managedFields = structuredClone(given['managedFields']);
  }
  copyOrDrop(metadata, kept, 'namespace');
  copyOrDrop(metadata, kept, 'generation');
  copyOrDrop(metadata, kept, 'deletionTimestamp');
  copyOrDrop(metadata, kept, 'generateName');
  return { ...body, apiVersion: apiVersionOf(resource), kind: resource.kind, metadata };
}

function copyOrDrop(to: JsonObject, from: object, field: string): void {
  const value: unknown = Object.entries(from).find(([name]) => name === field)?.[1];
  if (value === undefined) delete to[field];
  else to[field] = value;
}

function specChanged(before: KubeObject, after: KubeObject): boolean {
  const spec = ({ metadata: _m, status: _s, apiVersion: _a, ...rest }: KubeObject): unknown => rest;
  return !equal(spec(before), spec(after));
}

function withoutOwnership(object: KubeObject): unknown {
  return { ...object, metadata: { ...object.metadata, managedFields: [] } };
}

function sameOwnership(before: KubeObject, after: KubeObject): boolean {
  const timeless = (object: KubeObject): unknown =>
    (object.metadata.managedFields ?? []).map((entry) =>
      isObject(entry) ? { ...entry, time: '' } : entry,
    );
  return equal(timeless(before), timeless(after));
}

/** Throws the real server's error for a missing object. */
export function existing(
  resource: Resource,
  object: KubeObject | undefined,
  name: string,
): KubeObject {
  if (name === '') throw badRequest('name is required');
  if (object === undefined) throw notFound(resource, name);
  return object;
}
