// What one of the Apigee operator's resources still lacks. Pure.
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import { operatorState } from '../../../src/gateway/conditions.ts';

/** Any failure is waited out: `Permission denied` is what a good identity meets while it propagates. */
export function unmetOperator(found: KubernetesObject): string | undefined {
  const { state, errorMessage } = operatorState(found);
  if (state === '') return 'the operator has not looked at it yet';
  if (['CREATED', 'RUNNING'].includes(state)) return undefined;
  const why = errorMessage === '' ? '' : `: ${errorMessage}`;
  const patience = /permission denied/i.test(errorMessage)
    ? " (the operator's identity takes some minutes to be known everywhere)"
    : '';
  return `its state is ${state}${why}${patience}`;
}
