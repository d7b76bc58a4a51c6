// The same steps in another order, for a gateway that is never open: the route comes only once Apigee stands before it.
import type { Step } from '../../src/runbook/step.ts';
import type { ProvisionEnv } from './env.ts';
import { verifyInference } from './steps/verify-inference.ts';
import { verifyInferenceWithKey } from './steps/verify-inference-with-key.ts';

const needsWhenGuarded: Readonly<Record<string, readonly string[]>> = {
  'attach-traffic-extension': ['create-gateway', 'create-backend-service'],
  'create-route': ['deploy-inference-pool', 'attach-traffic-extension'],
  'verify-locked': ['create-route'],
  'prove-protection': ['verify-inference'],
};

export function guarded(steps: readonly Step<ProvisionEnv>[]): Step<ProvisionEnv>[] {
  return steps.map((step) =>
    step === verifyInference
      ? verifyInferenceWithKey
      : { ...step, needs: needsWhenGuarded[step.id] ?? step.needs },
  );
}
