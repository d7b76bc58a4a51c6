// Namespace controller: default service accounts, and removal of a deleted namespace's content.
import type { KubeObject } from '../cluster.ts';
import { objectOr } from '../json.ts';
import { groupKindOf } from '../objects.ts';
import { type ControllerParts, sweepAfter } from './garbage-collection.ts';

const manager = 'kube-controller-manager';

export function keepNamespaces(parts: ControllerParts): () => void {
  return sweepAfter(
    parts,
    ({ type, object }) => object.kind === 'Namespace' || type === 'DELETED',
    () => {
      for (const namespace of parts.objects.list('Namespace')) {
        if (namespace.metadata.deletionTimestamp === undefined) giveAccount(parts, namespace);
        else empty(parts, namespace);
      }
    },
  );
}

function giveAccount({ objects, resources, writes }: ControllerParts, namespace: KubeObject): void {
  const { name } = namespace.metadata;
  const resource = resources.byKind('', 'ServiceAccount');
  if (resource === undefined || objects.get('ServiceAccount', name, 'default') !== undefined)
    return;
  const account = { metadata: { name: 'default', namespace: name } };
  writes.create(resource, account, { manager, dryRun: false });
}

function empty({ objects, resources, writes }: ControllerParts, namespace: KubeObject): void {
  const { name } = namespace.metadata;
  const contents = resources
    .all()
    .filter((resource) => resource.namespaced && resource.storage)
    .flatMap((resource) =>
      objects
        .list(groupKindOf(resource.group, resource.kind), name)
        .map((object) => ({ resource, object })),
    );
  let left = 0;
  for (const { resource, object } of contents) {
    const waiting = object.metadata.deletionTimestamp !== undefined;
    const how = { propagation: 'Background' as const };
    const gone = !waiting && writes.remove(resource, object, how, false).gone;
    if (!gone) left += 1;
  }
  const resource = resources.byKind('', 'Namespace');
  if (left > 0 || resource === undefined) return;
  const spec = { ...objectOr(namespace['spec']), finalizers: [] };
  writes.update(resource, namespace, { ...namespace, spec }, { manager, dryRun: false });
}
