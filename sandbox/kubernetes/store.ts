// In-process store of a cluster for controllers: API writes without HTTP.
import type { ChangeEvent, KubeObject, ObjectRef, ObjectStore } from './cluster.ts';
import type { JsonObject } from './json.ts';
import { groupKindOf, type Objects } from './objects.ts';
import { type Resource, type Resources, splitApiVersion } from './resources.ts';
import type { WriteOptions, Writes } from './writes.ts';

/** Field manager of the sandbox's controllers. */
const manager = 'kube-controller-manager';

export function createStore(objects: Objects, resources: Resources, writes: Writes): ObjectStore {
  const servedKind = (group: string, kind: string): Resource => {
    const resource = resources.byKind(group, kind);
    if (resource === undefined) {
      throw new Error(`The cluster does not serve ${groupKindOf(group, kind)}.`);
    }
    return resource;
  };
  const find = (ref: ObjectRef): KubeObject | undefined =>
    objects.get(groupKindOf(ref.group, ref.kind), ref.namespace, ref.name);

  const change = (
    ref: ObjectRef,
    edit: (object: KubeObject) => void,
    subresource: WriteOptions['subresource'],
  ): KubeObject | undefined => {
    const current = find(ref);
    if (current === undefined) return undefined;
    const edited = structuredClone(current);
    edit(edited);
    const options = { manager, dryRun: false, subresource };
    return structuredClone(
      writes.update(servedKind(ref.group, ref.kind), current, edited, options),
    );
  };

  return {
    get: (ref) => structuredClone(find(ref)),
    list: ({ group, kind, namespace }) =>
      structuredClone(objects.list(groupKindOf(group, kind), namespace)),
    create: (object) => {
      const body: JsonObject = { ...object };
      const { group } = splitApiVersion(String(body['apiVersion']));
      const resource = servedKind(group, String(body['kind']));
      return structuredClone(
        writes.create(resource, body, { manager, dryRun: false, keepStatus: true }),
      );
    },
    update: (ref, edit) => change(ref, edit, undefined),
    updateStatus: (ref, edit) => change(ref, edit, 'status'),
    delete: (ref) => {
      const current = find(ref);
      if (current === undefined) return;
      writes.remove(servedKind(ref.group, ref.kind), current, { propagation: 'Background' }, false);
    },
    serves: (group, kind) => resources.byKind(group, kind) !== undefined,
    onChange: (listener) => objects.subscribe(deliverInTurn(listener)),
  };
}

/** Listeners run after the write returns, in the order of the writes. */
function deliverInTurn(listener: (event: ChangeEvent) => void) {
  return ({ type, object }: ChangeEvent): void => {
    queueMicrotask(() => listener({ type, object: structuredClone(object) }));
  };
}
