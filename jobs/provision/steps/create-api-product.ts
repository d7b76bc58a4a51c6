// Step 17: the API product that keys are issued for; done when Apigee itself knows it, as an app needs it there.
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import type { Step } from '../../../src/runbook/step.ts';
import { operatorState } from '../../conditions.ts';
import { productName, productRef } from '../../resources.ts';
import type { ProvisionEnv } from '../env.ts';
import { manifest } from '../manifests.ts';
import { type Context, checkObject, kubernetesOf, removeObject } from '../objects.ts';

export const createApiProduct: Step<ProvisionEnv> = {
  id: 'create-api-product',
  title: 'Create the API product',
  needs: ['create-backend-service'],
  async check(context) {
    const checked = await checkObject(context, wish(context), () => undefined);
    if (checked.state !== 'done') return checked;
    const lacks = await notKnown(context);
    return lacks === undefined ? checked : { state: 'needed', reason: lacks };
  },
  async apply(context) {
    await kubernetesOf(context).apply(wish(context), { signal: context.signal });
  },
  async wait(context) {
    const seen = await notKnown(context);
    return seen === undefined ? { state: 'ready' } : { state: 'notYet', seen };
  },
  undo: (context) => removeObject(context, productRef),
  deadlineMs: 15 * 60_000,
  expectMs: 30_000,
  retry: 'cloud',
};

const wish = (context: Context): KubernetesObject => manifest(context, 'apigee/api-product');

async function notKnown(context: Context): Promise<string | undefined> {
  const { env, signal } = context;
  const product = await env.clients.apigee(env.gateway).getProduct(productName, signal);
  if (product !== undefined) return undefined;
  const { errorMessage, state } = operatorState(
    await kubernetesOf(context).get(productRef, { signal }),
  );
  const why = [state, errorMessage].filter((word) => word !== '').join(': ');
  return `Apigee does not know ${productName} yet${why === '' ? '' : ` (${why})`}`;
}
