// Step: operations and quota of the product, finished once Apigee shows the same limit.
import { operationSetRef, productName } from '../../../src/gateway/resources.ts';
import { otherQuota } from '../../../src/gateway/shown-quota.ts';
import { withAbsentOperator } from '../step-parts/absent-operator.ts';
import { withReadiness } from '../step-parts/with-readiness.ts';
import { manifestStep } from '../step-parts/manifest-step.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { operatorCondition } from '../step-parts/unmet-operator.ts';

export const createOperationSet = withAbsentOperator(
  withReadiness(
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
      manifests: [
        { name: 'apigee/operation-set', condition: operatorCondition('APIOperationSet') },
      ],
      deadlineMs: 15 * 60_000,
      expectMs: 30_000,
      removal: { title: 'Delete operations and quota', expectMs: 10_000 },
    }),
    unmetApigee,
  ),
  () => operationSetRef,
);

async function unmetApigee({ env, signal }: Context): Promise<string | undefined> {
  const name = productName(env.gateway.name);
  const product = await env.clients.apigee(env.gateway).getProduct(name, signal);
  if (product === undefined) return `Apigee has no product ${name}`;
  return otherQuota(product, env.gateway.quota) === undefined
    ? undefined
    : `Apigee does not show the quota of ${name} yet`;
}
