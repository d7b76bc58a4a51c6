// Readiness of resources that the Apigee operator manages.
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import { operatorState } from '../../../src/gateway/conditions.ts';

/** Failures are waited out, as a valid identity meets `Permission denied` while it propagates. */
export function unmetOperator(found: KubernetesObject): string | undefined {
  const { state, errorMessage } = operatorState(found);
  if (state === '') return 'the operator has not processed it yet';
  if (['CREATED', 'RUNNING'].includes(state)) return undefined;
  const why = errorMessage === '' ? '' : `: ${errorMessage}`;
  const patience = /permission denied/i.test(errorMessage)
    ? " (the operator's identity takes a few minutes to propagate)"
    : '';
  return `its state is ${state}${why}${patience}`;
}
