// Step: operations and quota of the API product.
import type { Product } from '../../../src/clients/apigee/schema.ts';
import type { Quota } from '../../../src/kernel/config.ts';
import { productName } from '../../../src/gateway/resources.ts';
import { withReadiness } from '../step-parts/with-readiness.ts';
import { manifestStep } from '../step-parts/manifest-step.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { unmetOperator } from '../step-parts/unmet-operator.ts';

export const createOperationSet = withReadiness(
  manifestStep({
    id: 'create-operation-set',
    title: 'Set operations and quota',
    needs: ['create-api-product'],
    driftsSilently: true,
    part: {
      name: 'The operation set',
      absent: 'is missing, so no quota applies',
      unready: 'is not active',
    },
    manifests: [{ name: 'apigee/operation-set', unmet: unmetOperator }],
    deadlineMs: 15 * 60_000,
    expectMs: 30_000,
    removal: { title: 'Delete operations and quota', expectMs: 10_000 },
  }),
  unmetApigee,
);

async function unmetApigee({ env, signal }: Context): Promise<string | undefined> {
  const name = productName(env.gateway.name);
  const product = await env.clients.apigee(env.gateway).getProduct(name, signal);
  if (product === undefined) return `Apigee has no product ${name}`;
  return hasOtherQuota(product, env.gateway.quota)
    ? `Apigee does not show the quota of ${name} yet`
    : undefined;
}

/** Not every operator version writes operations to the product, so their absence is no difference. */
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
