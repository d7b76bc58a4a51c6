// Step 14: the Apigee backend service, and the extension policy that the operator makes for it.
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import type { Step } from '../../../src/runbook/step.ts';
import { operatorState } from '../../conditions.ts';
import { backendServiceRef, extensionPolicyRef } from '../../resources.ts';
import type { ProvisionEnv } from '../env.ts';
import { manifest } from '../manifests.ts';
import { type Context, checkObject, kubernetesOf, removeObject } from '../objects.ts';

export const createBackendService: Step<ProvisionEnv> = {
  id: 'create-backend-service',
  title: 'Create the Apigee backend service',
  needs: ['install-apigee-operator'],
  async check(context) {
    const checked = await checkObject(context, wish(context), lacks);
    if (checked.state !== 'done') return checked;
    const policy = await policyLacks(context);
    return policy === undefined ? checked : { state: 'needed', reason: policy };
  },
  async apply(context) {
    await kubernetesOf(context).apply(wish(context), { signal: context.signal });
  },
  async wait(context) {
    const { signal } = context;
    const found = await kubernetesOf(context).watchUntil(
      backendServiceRef,
      (object) => object !== undefined && lacks(object) === undefined,
      { signal, timeoutMs: 15_000 },
    );
    if (found === undefined) return { state: 'notYet', seen: 'it is not there yet' };
    const seen = lacks(found) ?? (await policyLacks(context));
    return seen === undefined ? { state: 'ready' } : { state: 'notYet', seen };
  },
  undo: (context) => removeObject(context, backendServiceRef),
  // A new identity takes seven minutes and more to be believed everywhere.
  deadlineMs: 30 * 60_000,
  expectMs: 4 * 60_000,
  retry: 'cloud',
};

const wish = (context: Context): KubernetesObject => manifest(context, 'apigee/backend-service');

/** Any failure is waited out: `Permission denied` is what a good identity meets while it propagates. */
function lacks(found: KubernetesObject): string | undefined {
  const { state, errorMessage } = operatorState(found);
  if (state === '') return 'the operator has not looked at it yet';
  if (['CREATED', 'RUNNING'].includes(state)) return undefined;
  const why = errorMessage === '' ? '' : `: ${errorMessage}`;
  const patience = /permission denied/i.test(errorMessage)
    ? " (the operator's identity takes some minutes to be known everywhere)"
    : '';
  return `its state is ${state}${why}${patience}`;
}

async function policyLacks(context: Context): Promise<string | undefined> {
  const { signal } = context;
  const policy = await kubernetesOf(context).get(extensionPolicyRef, { signal });
  if (policy === undefined) return 'the operator has not made its extension policy yet';
  const missing = lacks(policy);
  return missing === undefined ? undefined : `its extension policy: ${missing}`;
}
