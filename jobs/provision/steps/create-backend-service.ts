// Step: Apigee backend service and the operator's extension policy for it.
import { extensionPolicyRef } from '../../../src/gateway/resources.ts';
import { withReadiness } from '../step-parts/with-readiness.ts';
import { manifestStep } from '../step-parts/manifest-step.ts';
import { type Context, kubernetesOf } from '../../../src/gateway/objects.ts';
import { unmetOperator } from '../step-parts/unmet-operator.ts';

export const createBackendService = withReadiness(
  manifestStep({
    id: 'create-backend-service',
    title: 'Create Apigee backend service',
    needs: ['install-apigee-operator'],
    part: {
      name: 'The Apigee backend service',
      absent: 'is missing, so nothing protects the gateway',
      unready: 'is not active',
      role: 'protect',
    },
    manifests: [{ name: 'apigee/backend-service', unmet: unmetOperator }],
    // A new identity takes seven minutes or more to propagate.
    deadlineMs: 30 * 60_000,
    expectMs: 4 * 60_000,
    removal: { title: 'Delete Apigee backend service', expectMs: 60_000 },
  }),
  unmetPolicy,
);

async function unmetPolicy(context: Context): Promise<string | undefined> {
  const { signal } = context;
  const policy = await kubernetesOf(context).get(extensionPolicyRef(context.target), { signal });
  if (policy === undefined) return 'the operator has not created its extension policy yet';
  const unmet = unmetOperator(policy);
  return unmet === undefined ? undefined : `its extension policy: ${unmet}`;
}
