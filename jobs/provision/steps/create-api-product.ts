// The API product that keys are issued for; done when Apigee itself knows it, as an app needs it there.
import type { Step } from '../../../src/engine/step.ts';
import { operatorState } from '../../../src/gateway/conditions.ts';
import { productName, productRef } from '../../../src/gateway/resources.ts';
import { withReadiness } from '../step-parts/with-readiness.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { manifestStep } from '../step-parts/manifest-step.ts';
import { type Context, kubernetesOf } from '../../../src/gateway/objects.ts';

const inTheCluster = manifestStep({
  id: 'create-api-product',
  title: 'Create API product',
  needs: ['create-backend-service'],
  manifests: [{ name: 'apigee/api-product' }],
  deadlineMs: 15 * 60_000,
  expectMs: 30_000,
  removal: { title: 'Delete API product', expectMs: 10_000 },
});

const known = withReadiness(inTheCluster, unmetApigee);

/** What was changed in Apigee's console is changed back there: the operator does not look at it again. */
export const createApiProduct: Step<ProvisionEnv> = {
  ...known,
  check: async (context) => {
    const found = await known.check(context);
    const edited = found.state === 'done' ? await editedApproval(context) : undefined;
    return edited === undefined ? found : { state: 'drifted', what: [edited] };
  },
  apply: async (context) => {
    const before = await known.check(context);
    await known.apply(context);
    // Where the resource itself was to be changed, the operator writes the product anew.
    if (before.state === 'done') await setApproval(context);
  },
  wait: async (context) => {
    const found = await known.wait(context);
    const edited = found.state === 'ready' ? await editedApproval(context) : undefined;
    return edited === undefined ? found : { state: 'notYet', seen: edited };
  },
};

async function unmetApigee(context: Context): Promise<string | undefined> {
  const name = productName(context.env.gateway.name);
  if ((await productIn(context)) !== undefined) return undefined;
  const { env, signal } = context;
  const found = await kubernetesOf(context).get(productRef(env.gateway.name), { signal });
  const { errorMessage, state } = operatorState(found);
  const why = [state, errorMessage].filter((word) => word !== '').join(': ');
  return `Apigee does not know ${name} yet${why === '' ? '' : ` (${why})`}`;
}

const productIn = ({ env, signal }: Context) =>
  env.clients.apigee(env.gateway).getProduct(productName(env.gateway.name), signal);

/** Against the resource, which says what is wanted: an edit in Apigee itself. */
async function editedApproval(context: Context): Promise<string | undefined> {
  const { name, keyApproval } = context.env.gateway;
  const seen = (await productIn(context))?.approvalType?.toLowerCase();
  return seen === undefined || seen === keyApproval
    ? undefined
    : `Apigee's product ${productName(name)}: approval ${seen}, wanted ${keyApproval} (KEY_APPROVAL)`;
}

async function setApproval(context: Context): Promise<void> {
  const { env, signal } = context;
  const product = await productIn(context);
  if (product === undefined || (await editedApproval(context)) === undefined) return;
  await env.clients
    .apigee(env.gateway)
    .setProductApproval(product, env.gateway.keyApproval, signal);
}
