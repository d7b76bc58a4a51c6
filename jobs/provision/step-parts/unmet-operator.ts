// Readiness of resources that the Apigee operator manages.
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import { describeStatus, operatorState } from '../../../src/gateway/conditions.ts';
import { type Context, kubernetesOf } from '../../../src/gateway/objects.ts';
import { type StateColumns, stateColumns } from '../../../src/gateway/printer-columns.ts';
import { operatorDefinitions } from '../../../src/gateway/resources.ts';
import { cutText } from '../../../src/kernel/text.ts';
import type { UnmetCondition } from './manifest-step.ts';

/** Documented in lower case, seen in upper case. */
const goodStates: readonly string[] = ['created', 'running'];

/** Failures are tolerated, as a valid identity meets `Permission denied` while it propagates. */
export function unmetOperator(found: KubernetesObject, columns?: StateColumns): string | undefined {
  const { state, errorMessage } = operatorState(found, columns);
  const why = errorMessage === '' ? '' : `: ${errorMessage}`;
  if (state === '') {
    const status = describeStatus(found);
    return status === ''
      ? 'the operator has not processed it yet'
      : `the operator reports no state that llmgw can read (${cutText(status, 300)})`;
  }
  if (goodStates.includes(state.toLowerCase())) return undefined;
  const patience = /permission denied/i.test(errorMessage)
    ? ` (the operator's identity takes a few minutes to propagate; if this stays, ${deniedRoles})`
    : '';
  return `its state is ${state}${why}${patience}`;
}

/** Requirements of the operator beyond the five roles of a plain installation. */
const deniedRoles =
  "give the operator's service account roles/iam.serviceAccountUser, roles/iam.serviceAccountTokenCreator for policies with Google tokens, and roles/compute.networkUser on the host project of a shared network";

type OperatorKind = keyof typeof operatorDefinitions;

export async function columnsOf(context: Context, kind: OperatorKind): Promise<StateColumns> {
  const definition = { definition: operatorDefinitions[kind], version: 'v1' };
  return stateColumns(kubernetesOf(context), definition, context.signal);
}

/** `unmetOperator` with the columns that the cluster's own definition of the kind names. */
export const operatorCondition =
  (kind: OperatorKind) =>
  async (context: Context): Promise<UnmetCondition> => {
    const columns = await columnsOf(context, kind);
    return (found) => unmetOperator(found, columns);
  };
