// Admission of a request: defaults, pruning, validation, namespace rules and field ownership.
import { fillBuiltIn } from './built-in/defaults.ts';
import { builtInFaults } from './built-in/rules.ts';
import type { KubeObject } from './cluster.ts';
import { objectOr } from './json.ts';
import { nameFaults } from './names.ts';
import type { Objects } from './objects.ts';
import { ownersAfterUpdate, readOwners, writeOwners } from './ownership/managed-fields.ts';
import { apiVersionOf, type Resource, type Resources } from './resources.ts';
import { applyDefaults } from './schema/defaults.ts';
import { prune } from './schema/prune.ts';
import { validate } from './schema/validate.ts';
import { ruleFaults } from './schema/validation-rules.ts';
import { badRequest, forbidden, invalid, notFound, type StatusCause } from './status-error.ts';
import { timestamp, type WriteOptions } from './writes.ts';

export interface Admission {
  /** The object to store. @throws StatusError when the object is invalid. */
  create(resource: Resource, object: KubeObject, options: WriteOptions): KubeObject;
  update(
    resource: Resource,
    current: KubeObject,
    next: KubeObject,
    options: WriteOptions,
  ): KubeObject;
}

export interface AdmissionParts {
  readonly objects: Objects;
  readonly resources: Resources;
  readonly now: () => number;
}

export function createAdmission({ objects, resources, now }: AdmissionParts): Admission {
  const shape = (resource: Resource, object: KubeObject, before: KubeObject | undefined): void => {
    const { schema } = resource;
    if (schema !== undefined) {
      prune(object, schema);
      if (!resource.custom) refuseWrongTypes(resource, object);
      applyDefaults(object, schema);
    }
    if (!resource.custom) fillBuiltIn(object, objects, before);
  };

  return {
    create: (resource, object, options) => {
      checkNamespace(resource, object, objects, resources);
      if (resource.status && options.keepStatus !== true) delete object['status'];
      shape(resource, object, undefined);
      refuse(resource, object, undefined);
      own(resource, undefined, object, options, now());
      return object;
    },
    update: (resource, current, next, options) => {
      shape(resource, next, current);
      refuse(resource, next, current);
      own(resource, current, next, options, now());
      return next;
    },
  };
}

/** The server decodes built-in kinds into typed structs: a wrong type is a bad request, not an invalid object. */
function refuseWrongTypes(resource: Resource, object: KubeObject): void {
  if (resource.schema === undefined) return;
  const wrong = validate(object, resource.schema, '').find(
    (cause) => cause.reason === 'FieldValueTypeInvalid',
  );
  if (wrong === undefined) return;
  const [, found = 'value', field = ''] =
    /^Invalid value: "(\w+)": (\S+)/.exec(wrong.message) ?? [];
  const wanted = /of type (\S+):/.exec(wrong.message)?.[1] ?? 'another type';
  throw badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: json: cannot unmarshal ${found} into Go struct field ${resource.kind}.${field} of type ${wanted}`,
  );
}

function refuse(resource: Resource, object: KubeObject, before: KubeObject | undefined): void {
  const faults: StatusCause[] = nameFaults(resource, object);
  if (resource.schema !== undefined) {
    faults.push(...validate(object, resource.schema, ''));
    // The real server evaluates rules only on a value that passes its schema.
    if (faults.length === 0) faults.push(...ruleFaults(object, before, resource.schema, ''));
  }
  if (!resource.custom && faults.length === 0) faults.push(...builtInFaults(object, before));
  if (faults.length > 0) throw invalid(resource, object.metadata.name, faults);
}

function checkNamespace(
  resource: Resource,
  object: KubeObject,
  objects: Objects,
  resources: Resources,
): void {
  const { namespace, name } = object.metadata;
  if (!resource.namespaced) return;
  const home = objects.get('Namespace', undefined, namespace ?? '');
  const namespaces = resources.byKind('', 'Namespace');
  if (home === undefined && namespaces !== undefined) throw notFound(namespaces, namespace ?? '');
  if (objectOr(home?.['status'])['phase'] !== 'Terminating') return;
  throw forbidden(
    resource,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  );
}

function own(
  resource: Resource,
  before: KubeObject | undefined,
  after: KubeObject,
  options: WriteOptions,
  at: number,
): void {
  if (options.owned === true) return;
  const given = before === undefined ? [] : after.metadata.managedFields;
  const owners = readOwners(given ?? before?.metadata.managedFields);
  const writer = {
    manager: options.manager,
    operation: 'Update' as const,
    apiVersion: apiVersionOf(resource),
    subresource: options.subresource ?? '',
  };
  const next = ownersAfterUpdate(resource, { before, after }, owners, writer, timestamp(at));
  after.metadata.managedFields = writeOwners(next);
}
