// Step: API product for keys, finished once Apigee itself has it.
import type { Step } from '../../../src/engine/step.ts';
import { operatorState } from '../../../src/gateway/conditions.ts';
import { toFault } from '../../../src/kernel/errors.ts';
import { productName, productRef } from '../../../src/gateway/resources.ts';
import { withAbsentOperator } from '../step-parts/absent-operator.ts';
import { withReadiness } from '../step-parts/with-readiness.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { manifestStep } from '../step-parts/manifest-step.ts';
import { type Context, kubernetesOf } from '../../../src/gateway/objects.ts';
import { columnsOf } from '../step-parts/unmet-operator.ts';

const inTheCluster = manifestStep({
  id: 'create-api-product',
  title: 'Create API product',
  needs: ['create-backend-service'],
  manifests: [{ name: 'apigee/api-product' }],
  deadlineMs: 15 * 60_000,
  expectMs: 30_000,
  removal: { title: 'Delete API product', expectMs: 10_000 },
});

const known = withAbsentOperator(
  withReadiness(inTheCluster, unmetApigee),
  ({ target }) => productRef(target),
  deleteProduct,
);

/** Reverts edits from the Apigee console, which the operator does not check again. */
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
    // A changed resource makes the operator rewrite the product.
    if (before.state === 'done') await setApproval(context);
  },
  wait: async (context) => {
    const found = await known.wait(context);
    const edited = found.state === 'ready' ? await editedApproval(context) : undefined;
    return edited === undefined ? found : { state: 'notYet', seen: edited };
  },
};

/** A product that keys of people still use stays, as do their apps. */
async function deleteProduct({ env, signal, log }: Context): Promise<void> {
  const name = productName(env.gateway.name);
  try {
    await env.clients.apigee(env.gateway).deleteProduct(name, signal);
  } catch (error) {
    const { kind, code } = toFault(error);
    if (kind !== 'permanent' || code === 'denied') throw error;
    log.warn({ err: error, product: name }, 'product kept');
  }
}

async function unmetApigee(context: Context): Promise<string | undefined> {
  const name = productName(context.env.gateway.name);
  if ((await productIn(context)) !== undefined) return undefined;
  const { env, signal } = context;
  const found = await kubernetesOf(context).get(productRef(env.gateway.name), { signal });
  const { errorMessage, state } = operatorState(found, await columnsOf(context, 'APIProduct'));
  const why = [state, errorMessage].filter((word) => word !== '').join(': ');
  return `Apigee has no product ${name} yet${why === '' ? '' : ` (${why})`}`;
}

const productIn = ({ env, signal }: Context) =>
  env.clients.apigee(env.gateway).getProduct(productName(env.gateway.name), signal);

/** An edit in Apigee that differs from the resource. */
async function editedApproval(context: Context): Promise<string | undefined> {
  const { name, keyApproval } = context.env.gateway;
  const seen = (await productIn(context))?.approvalType?.toLowerCase();
  return seen === undefined || seen === keyApproval
    ? undefined
    : `Apigee product ${productName(name)}: approval ${seen} instead of ${keyApproval} (KEY_APPROVAL)`;
}

async function setApproval(context: Context): Promise<void> {
  const { env, signal } = context;
  const product = await productIn(context);
  if (product === undefined || (await editedApproval(context)) === undefined) return;
  await env.clients
    .apigee(env.gateway)
    .setProductApproval(product, env.gateway.keyApproval, signal);
}
