// Removal of Kubernetes objects that carry our label.
import type { KubernetesObject, ObjectRef } from '../../../src/clients/kubernetes/client.ts';
import type { Removal, Inventory } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { type Context, kubernetesOf } from '../../../src/gateway/objects.ts';
import { orWithoutCluster } from '../../../src/gateway/without-cluster.ts';

export const emptyInventory: Inventory = { ours: [], foreign: [] };

/** @param refs in the order of creation; deleted in reverse. */
export function objectRemoval(
  words: Pick<Removal<ProvisionEnv>, 'title' | 'expectMs' | 'continuesAfterCancel'>,
  refs: (context: Context) => readonly ObjectRef[],
): Removal<ProvisionEnv> {
  return {
    ...words,
    inventory: (context) => inventoryOfObjects(context, refs(context)),
    remove: (context) => removeObjects(context, refs(context)),
  };
}

/** Empty without a cluster. */
export async function inventoryOfObjects(
  context: Context,
  refs: readonly ObjectRef[],
): Promise<Inventory> {
  const found = await Promise.all(refs.map((ref) => find(context, ref)));
  const named = found.flatMap((object) => (object === undefined ? [] : [object]));
  return {
    ours: named.filter((one) => isOf(one, context)).map(formatObject),
    foreign: named.filter((one) => !isOf(one, context)).map(formatObject),
  };
}

/** Requests the deletion of our objects; finalizers may keep them for a while. */
export async function removeObjects(context: Context, refs: readonly ObjectRef[]): Promise<void> {
  for (const ref of refs.toReversed()) {
    const found = await find(context, ref);
    const uid = found?.metadata.uid;
    if (found === undefined || uid === undefined || !isOf(found, context)) continue;
    if (found.metadata.deletionTimestamp !== undefined) continue;
    const { signal } = context;
    await orWithoutCluster(kubernetesOf(context).delete(ref, { signal, uid }), undefined);
  }
}

export const mergeInventories = (...all: readonly Inventory[]): Inventory => ({
  ours: all.flatMap(({ ours }) => ours),
  foreign: all.flatMap(({ foreign }) => foreign),
  shared: all.flatMap(({ shared = [] }) => shared),
});

const find = (context: Context, ref: ObjectRef): Promise<KubernetesObject | undefined> =>
  orWithoutCluster(kubernetesOf(context).get(ref, { signal: context.signal }), undefined);

const isOf = ({ metadata }: KubernetesObject, { target }: Context): boolean =>
  metadata.labels?.['llmgw.dev/gateway'] === target;

/** Names the finalizers that keep a deleted object, as their controller is the cause. */
function formatObject({ kind, metadata }: KubernetesObject): string {
  const name = `${kind} ${metadata.name}`;
  const finalizers = metadata['finalizers'];
  if (metadata.deletionTimestamp === undefined || !Array.isArray(finalizers)) return name;
  return `${name} (being deleted, kept by ${finalizers.join(', ')})`;
}
