// Served resources of a cluster, built-in and custom, by path or kind.
import type { KubeObject } from './cluster.ts';
import type { Schema } from './schema/schema.ts';

export interface PrinterColumn {
  readonly name: string;
  readonly type: string;
  readonly description?: string | undefined;
  /** 0 is always shown, a higher number only with -o wide. */
  readonly priority?: number | undefined;
  /** The cell's value; null prints as nothing. `now` in ms, for ages. */
  readonly cell: (object: KubeObject, now: number) => unknown;
}

export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly status: boolean;
  readonly scale: ScalePaths | undefined;
  /** True when the kind counts metadata.generation. */
  readonly generation: boolean;
  readonly schema: Schema | undefined;
  readonly columns: readonly PrinterColumn[];
  /** Defined by a CustomResourceDefinition. */
  readonly custom: boolean;
  /** The storage version of objects. */
  readonly storage: boolean;
}

export interface ScalePaths {
  readonly spec: string;
  readonly status: string;
  readonly selector: string | undefined;
}

export interface Resources {
  all(): readonly Resource[];
  byPath(group: string, version: string, plural: string): Resource | undefined;
  /** The given version, or the storage version. */
  byKind(group: string, kind: string, version?: string): Resource | undefined;
  add(resources: readonly Resource[]): void;
  removeGroupKind(group: string, kind: string): void;
}

export function createResources(builtIn: readonly Resource[]): Resources {
  let served: readonly Resource[] = builtIn;
  return {
    all: () => served,
    byPath: (group, version, plural) =>
      served.find((r) => r.group === group && r.version === version && r.plural === plural),
    byKind: (group, kind, version) => {
      const named = served.filter((r) => r.group === group && r.kind === kind);
      return version === undefined
        ? (named.find((r) => r.storage) ?? named[0])
        : named.find((r) => r.version === version);
    },
    add: (resources) => {
      served = [...served, ...resources];
    },
    removeGroupKind: (group, kind) => {
      served = served.filter((r) => !(r.group === group && r.kind === kind));
    },
  };
}

export const apiVersionOf = (resource: { group: string; version: string }): string =>
  resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;

export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
