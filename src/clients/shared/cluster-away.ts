// Faults of an unreachable cluster API, with GKE's view of the cluster.
import { LlmgwError } from '../../kernel/errors.ts';
import type { ClusterAccessSource, ClusterView } from './cluster-access.ts';
import { outageFault } from './outage.ts';

/** The fault's `details.away`. */
export const clusterApi = 'cluster_api';

/** The API server is unavailable for minutes, as in a control plane upgrade. */
export function awayFault(said: string, retryAfterMs?: number): LlmgwError {
  return outageFault(clusterApi, said, { retryAfterMs });
}

/** The fault with GKE's status; other errors unchanged. */
export async function explainAway(
  error: LlmgwError,
  access: Pick<ClusterAccessSource, 'observe'>,
): Promise<LlmgwError> {
  const { fault } = error;
  if (fault.details?.['away'] !== clusterApi) return error;
  const view = await access.observe?.();
  if (view === undefined) return error;
  const { operation, status } = view;
  return new LlmgwError({
    ...fault,
    message: `${fault.message}; ${describeView(view)}`,
    details: {
      ...fault.details,
      clusterStatus: status,
      ...(operation === undefined ? {} : { waitsFor: operation.name }),
    },
  });
}

function describeView({ status, statusMessage, operation }: ClusterView): string {
  if (status === 'MISSING') return 'GKE has no such cluster';
  const why = statusMessage === '' ? '' : ` (${statusMessage})`;
  const work = operation === undefined ? '' : `, ${operation.type} ${operation.name}`;
  return `GKE reports ${status}${why}${work}`;
}
