// The same steps in another order, for a gateway that is never open: the route comes only once Apigee stands before it.
import { orderedAs, type Step } from '../../src/engine/step.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import { verifyInference } from './steps/verify-inference.ts';
import { verifyInferenceWithKey } from './steps/verify-inference-with-key.ts';

export function protectFirst(steps: readonly Step<ProvisionEnv>[]): Step<ProvisionEnv>[] {
  return orderedAs(
    'protectFirst',
    steps.map((step) => (step === verifyInference ? verifyInferenceWithKey : step)),
  );
}
