// What stands between a request and the store: defaults, pruning, validation, namespace rules and field ownership.
import type { KubeObject } from './cluster.ts';
import type { Resource } from './resources.ts';
import type { WriteOptions } from './writes.ts';

export interface Admission {
  /** The object as it is to be stored. Throws a StatusError when it is not to be. */
  create(resource: Resource, object: KubeObject, options: WriteOptions): KubeObject;
  update(
    resource: Resource,
    current: KubeObject,
    next: KubeObject,
    options: WriteOptions,
  ): KubeObject;
}

export function createAdmission(): Admission {
  return {
    create: (_resource, object) => object,
    update: (_resource, _current, next) => next,
  };
}
