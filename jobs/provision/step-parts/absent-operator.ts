// Removal of the operator's resources without the operator or its permissions.
import { type ObjectRef, finalizersOf } from '../../../src/clients/kubernetes/client.ts';
import type { Step } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { type Context, kubernetesOf } from '../../../src/gateway/objects.ts';
import { operatorRef } from '../../../src/gateway/resources.ts';
import { podsOf } from '../../../src/gateway/rollout.ts';
import { orWithoutCluster } from '../../../src/gateway/without-cluster.ts';
import { identityProblems } from './operator-identity.ts';
import { inventoryOfObjects } from './removal.ts';

/** Of the operator's own finalizers. */
const prefix = 'apim.googleapis.com/';

/**
 * The step with a removal that does not wait for a controller that cannot come.
 * @param cleanUp does in Apigee what the operator would have done.
 */
export function withAbsentOperator(
  step: Step<ProvisionEnv>,
  refOf: (context: Context) => ObjectRef,
  cleanUp: (context: Context) => Promise<void> = () => Promise.resolve(),
): Step<ProvisionEnv> {
  const { undo } = step;
  if ('none' in undo) return step;
  return {
    ...step,
    undo: {
      ...undo,
      remove: async (context) => {
        await undo.remove(context);
        await orWithoutCluster(release(context, refOf(context), cleanUp), undefined);
      },
    },
  };
}

async function release(
  context: Context,
  ref: ObjectRef,
  cleanUp: (context: Context) => Promise<void>,
): Promise<void> {
  const { signal, log } = context;
  const kubernetes = kubernetesOf(context);
  const found = await kubernetes.get(ref, { signal });
  const uid = found?.metadata.uid;
  if (found?.metadata.deletionTimestamp === undefined || uid === undefined) return;
  if (!finalizersOf(found).some((one) => one.startsWith(prefix))) return;
  if ((await inventoryOfObjects(context, [ref])).ours.length === 0) return;
  const trouble = await operatorTrouble(context);
  if (trouble === undefined) return;
  log.warn({ kind: ref.kind, name: ref.name, trouble }, 'finalizers released');
  await cleanUp(context);
  await kubernetes.releaseFinalizers(ref, { uid, prefix, signal });
}

/** Reason why the operator cannot remove its finalizers; undefined while it can. */
async function operatorTrouble(context: Context): Promise<string | undefined> {
  const { signal } = context;
  const operator = await kubernetesOf(context).get(operatorRef, { signal });
  if (operator === undefined) return 'it is not installed';
  if (podsOf(operator).desired === 0) return 'it is scaled to 0';
  const { problems } = await identityProblems(context);
  return problems.length === 0 ? undefined : problems.join(', ');
}
