// Step order of guarded gateways: protection first, then the route.
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
