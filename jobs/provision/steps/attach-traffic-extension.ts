// Step 15: the traffic extension that sends all traffic of the gateway past Apigee.
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import type { Step } from '../../../src/runbook/step.ts';
import { ancestorConditions, unmet } from '../../conditions.ts';
import { trafficExtensionRef } from '../../resources.ts';
import type { ProvisionEnv } from '../env.ts';
import { manifest } from '../manifests.ts';
import { type Context, checkObject, kubernetesOf, removeObject } from '../objects.ts';

export const attachTrafficExtension: Step<ProvisionEnv> = {
  id: 'attach-traffic-extension',
  title: 'Attach Apigee to the gateway',
  needs: ['verify-inference', 'create-backend-service'],
  check: (context) => checkObject(context, wish(context), lacks),
  async apply(context) {
    await kubernetesOf(context).apply(wish(context), { signal: context.signal });
  },
  async wait(context) {
    const found = await kubernetesOf(context).watchUntil(
      trafficExtensionRef,
      (object) => object !== undefined && lacks(object) === undefined,
      { signal: context.signal, timeoutMs: 15_000 },
    );
    const seen = found === undefined ? 'it is not there yet' : lacks(found);
    return seen === undefined ? { state: 'ready' } : { state: 'notYet', seen };
  },
  undo: (context) => removeObject(context, trafficExtensionRef),
  deadlineMs: 15 * 60_000,
  expectMs: 2 * 60_000,
  retry: 'cloud',
};

const wish = (context: Context): KubernetesObject => manifest(context, 'apigee/traffic-extension');

/** Both conditions, of every gateway that it is attached to. */
function lacks(found: KubernetesObject): string | undefined {
  const ancestors = ancestorConditions(found);
  if (ancestors.length === 0) return 'no gateway has taken it up yet';
  for (const conditions of ancestors) {
    const missing = unmet(found, conditions, ['Accepted', 'ResolvedRefs']);
    if (missing !== undefined) return missing;
  }
  return undefined;
}
