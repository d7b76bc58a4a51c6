// A cluster's stored objects: revision counter, watch history and listeners.
import type { KubeObject } from './cluster.ts';
import type { ClusterState } from './cluster-state.ts';

export interface Revision {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly groupKind: string;
  readonly object: KubeObject;
  /** The earlier object, for watches with a selector that it entered or left. */
  readonly previous: KubeObject | undefined;
}

export interface Objects {
  get(groupKind: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** Sorted by namespace and name, like the real store's lists. */
  list(groupKind: string, namespace?: string): KubeObject[];
  /** The list at an earlier revision; undefined when the history does not go back that far. */
  listAt(revision: number, groupKind: string, namespace?: string): KubeObject[] | undefined;
  groupKinds(): string[];
  /** Stores a whole object under the next revision; the object must not be changed afterwards. */
  put(groupKind: string, object: KubeObject): KubeObject;
  remove(groupKind: string, object: KubeObject): KubeObject;
  revision(): number;
  /** Revisions after `since`, or undefined when they have expired. */
  history(since: number): readonly Revision[] | undefined;
  /** Deletes the history, like a real store's compaction: older watches and pages have expired. */
  compact(): void;
  subscribe(listener: (revision: Revision) => void): () => void;
}

const historyLength = 4_000;

export const keyOf = (namespace: string | undefined, name: string): string =>
  `${namespace ?? ''}/${name}`;

export const groupKindOf = (group: string, kind: string): string =>
  group === '' ? kind : `${kind}.${group}`;

function sorted(
  entries: Iterable<[string, KubeObject]>,
  namespace: string | undefined,
): KubeObject[] {
  const all = [...entries];
  const within =
    namespace === undefined ? all : all.filter(([key]) => key.startsWith(`${namespace}/`));
  return within.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

export function createObjects(state: ClusterState, changed: () => void): Objects {
  const history: Revision[] = [];
  let floor = state.revision;
  const listeners = new Set<(revision: Revision) => void>();

  const record = (revision: Revision): void => {
    history.push(revision);
    if (history.length > historyLength) floor = history.shift()?.revision ?? floor;
    changed();
    for (const listener of listeners) listener(revision);
  };

  const next = (object: KubeObject): KubeObject => {
    state.revision += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(state.revision) } };
  };

  return {
    get: (groupKind, namespace, name) => state.objects[groupKind]?.[keyOf(namespace, name)],
    list: (groupKind, namespace) =>
      sorted(Object.entries(state.objects[groupKind] ?? {}), namespace),
    listAt: (revision, groupKind, namespace) => {
      if (revision < floor || revision > state.revision) return undefined;
      const kept = new Map(Object.entries(state.objects[groupKind] ?? {}));
      for (const change of history.toReversed()) {
        if (change.revision <= revision) break;
        if (change.groupKind !== groupKind) continue;
        const { namespace: home, name } = change.object.metadata;
        if (change.previous === undefined) kept.delete(keyOf(home, name));
        else kept.set(keyOf(home, name), change.previous);
      }
      return sorted(kept, namespace);
    },
    groupKinds: () => Object.keys(state.objects),
    put: (groupKind, object) => {
      const stored = next(object);
      const kept = (state.objects[groupKind] ??= {});
      const key = keyOf(object.metadata.namespace, object.metadata.name);
      const previous = kept[key];
      kept[key] = stored;
      const type = previous === undefined ? 'ADDED' : 'MODIFIED';
      record({ type, revision: state.revision, groupKind, object: stored, previous });
      return stored;
    },
    remove: (groupKind, object) => {
      const kept = state.objects[groupKind] ?? {};
      const key = keyOf(object.metadata.namespace, object.metadata.name);
      const previous = kept[key];
      delete kept[key];
      if (Object.keys(kept).length === 0) delete state.objects[groupKind];
      const last = next(object);
      record({ type: 'DELETED', revision: state.revision, groupKind, object: last, previous });
      return last;
    },
    revision: () => state.revision,
    history: (since) => (since < floor ? undefined : history.filter((one) => one.revision > since)),
    compact: () => {
      history.length = 0;
      floor = state.revision;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
