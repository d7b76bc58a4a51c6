// Step 17: the API product that keys are issued for; done when Apigee itself knows it, as an app needs it there.
import { operatorState } from '../../conditions.ts';
import { productName, productRef } from '../../resources.ts';
import { andAlso } from '../and-also.ts';
import { manifestStep } from '../manifest-step.ts';
import { type Context, kubernetesOf } from '../objects.ts';

export const createApiProduct = andAlso(
  manifestStep({
    id: 'create-api-product',
    title: 'Create the API product',
    needs: ['create-backend-service'],
    manifests: [{ name: 'apigee/api-product' }],
    deadlineMs: 15 * 60_000,
    expectMs: 30_000,
    removal: { title: 'Delete the API product', expectMs: 10_000 },
  }),
  apigeeLacks,
);

async function apigeeLacks(context: Context): Promise<string | undefined> {
  const { env, signal } = context;
  const name = productName(env.gateway.name);
  const product = await env.clients.apigee(env.gateway).getProduct(name, signal);
  if (product !== undefined) return undefined;
  const found = await kubernetesOf(context).get(productRef(env.gateway.name), { signal });
  const { errorMessage, state } = operatorState(found);
  const why = [state, errorMessage].filter((word) => word !== '').join(': ');
  return `Apigee does not know ${name} yet${why === '' ? '' : ` (${why})`}`;
}
