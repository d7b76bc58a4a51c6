// Step 18: what the product allows and how often; done when the operator has taken it up and Apigee shows the same limit.
import type { Product } from '../../../src/clients/apigee/schema.ts';
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import type { Quota } from '../../../src/config.ts';
import type { Step } from '../../../src/runbook/step.ts';
import { operatorState } from '../../conditions.ts';
import { operationSetRef, productName } from '../../resources.ts';
import type { ProvisionEnv } from '../env.ts';
import { manifest } from '../manifests.ts';
import { type Context, checkObject, kubernetesOf, removeObject } from '../objects.ts';

export const createOperationSet: Step<ProvisionEnv> = {
  id: 'create-operation-set',
  title: 'Set the operations and the quota',
  needs: ['create-api-product'],
  async check(context) {
    const checked = await checkObject(context, wish(context), lacks);
    if (checked.state !== 'done') return checked;
    const differs = await productDiffers(context);
    return differs === undefined ? checked : { state: 'needed', reason: differs };
  },
  async apply(context) {
    await kubernetesOf(context).apply(wish(context), { signal: context.signal });
  },
  async wait(context) {
    const found = await kubernetesOf(context).watchUntil(
      operationSetRef,
      (object) => object !== undefined && lacks(object) === undefined,
      { signal: context.signal, timeoutMs: 15_000 },
    );
    if (found === undefined) return { state: 'notYet', seen: 'it is not there yet' };
    const seen = lacks(found) ?? (await productDiffers(context));
    return seen === undefined ? { state: 'ready' } : { state: 'notYet', seen };
  },
  undo: (context) => removeObject(context, operationSetRef),
  deadlineMs: 15 * 60_000,
  expectMs: 30_000,
  retry: 'cloud',
};

const wish = (context: Context): KubernetesObject => manifest(context, 'apigee/operation-set');

function lacks(found: KubernetesObject): string | undefined {
  const { state, errorMessage } = operatorState(found);
  if (state === '') return 'the operator has not looked at it yet';
  if (['CREATED', 'RUNNING'].includes(state)) return undefined;
  return `its state is ${state}${errorMessage === '' ? '' : `: ${errorMessage}`}`;
}

/** A product that shows no operations at all says nothing either way: not every operator writes them there. */
async function productDiffers({ env, signal }: Context): Promise<string | undefined> {
  const product = await env.clients.apigee(env.gateway).getProduct(productName, signal);
  if (product === undefined) return `Apigee does not know ${productName}`;
  return hasOtherQuota(product, env.gateway.quota)
    ? `Apigee does not show the quota of ${productName} yet`
    : undefined;
}

function hasOtherQuota(product: Product, { limit, interval, timeUnit }: Quota): boolean {
  const configs = product.operationGroup?.operationConfigs ?? [];
  return configs.some(
    ({ quota }) =>
      quota !== undefined &&
      (quota.limit !== String(limit) ||
        quota.interval !== String(interval) ||
        quota.timeUnit !== timeUnit),
  );
}
