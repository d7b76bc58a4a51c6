// Step: Apigee backend service, with the extension policy that the operator creates for it.
import type { Step } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { backendServiceRef, extensionPolicyRef } from '../../../src/gateway/resources.ts';
import { withAbsentOperator } from '../step-parts/absent-operator.ts';
import { besideInternalGateways } from '../step-parts/internal-gateways.ts';
import { withReadiness } from '../step-parts/with-readiness.ts';
import { manifestStep } from '../step-parts/manifest-step.ts';
import { type Context, kubernetesOf } from '../../../src/gateway/objects.ts';
import { operatorCondition } from '../step-parts/unmet-operator.ts';

/** Names a cause that the operator itself does not. */
function withInternalGateways(step: Step<ProvisionEnv>): Step<ProvisionEnv> {
  return {
    ...step,
    check: async (context) => {
      const found = await step.check(context);
      if (found.state !== 'needed' || found.why !== 'not_ready') return found;
      const cause = await besideInternalGateways(context);
      const { reason, unmet = reason } = found;
      return { ...found, reason: `${reason}${cause}`, unmet: `${unmet}${cause}` };
    },
    wait: async (context) => {
      const found = await step.wait(context);
      if (found.state === 'ready') return found;
      return { ...found, seen: `${found.seen}${await besideInternalGateways(context)}` };
    },
  };
}

export const createBackendService = withAbsentOperator(
  withInternalGateways(
    withReadiness(
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
        manifests: [
          { name: 'apigee/backend-service', condition: operatorCondition('ApigeeBackendService') },
        ],
        // A new identity takes seven minutes or more to propagate.
        deadlineMs: 30 * 60_000,
        expectMs: 4 * 60_000,
        removal: { title: 'Delete Apigee backend service', expectMs: 60_000 },
      }),
      unmetPolicy,
    ),
  ),
  ({ target }) => backendServiceRef(target),
);

async function unmetPolicy(context: Context): Promise<string | undefined> {
  const { signal } = context;
  const policy = await kubernetesOf(context).get(extensionPolicyRef(context.target), { signal });
  if (policy === undefined) return 'the operator has not created its extension policy yet';
  const unmet = (await operatorCondition('APIMExtensionPolicy')(context))(policy);
  return unmet === undefined ? undefined : `its extension policy: ${unmet}`;
}
