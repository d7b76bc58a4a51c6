// Activity of a cluster and its location: running operations and transitional statuses.
import { orMissing } from '../shared/faults.ts';
import { type NamedOperation, operationsIn, type Refusal } from '../shared/obstacle.ts';
import {
  mostNamedOperations,
  orUnknown,
  type ServiceState,
  stateTimeoutMs,
} from '../shared/obstacle-state.ts';
import type { CallGke } from './call.ts';
import type { ClusterOperation, ClusterPlace } from './client.ts';
import { toOperation } from './cluster-body.ts';
import { cluster as clusterAnswer, operation as operationAnswer, operations } from './schema.ts';

/** Of clusters and of node pools. */
const transitions = new Set<string>(['PROVISIONING', 'RECONCILING', 'STOPPING']);

/** State of the cluster of a refused call. A failed read leaves its part out. */
export async function readActivity(
  call: CallGke,
  place: ClusterPlace,
  refusal: Refusal,
): Promise<ServiceState> {
  const named = operationsIn(refusal.message).slice(0, mostNamedOperations);
  const [running, transition, ...lookedUp] = await Promise.all([
    orUnknown(listRunning(call, place)),
    orUnknown(readTransition(call, place)),
    ...named.map((one) => orUnknown(readOperation(call, place, one))),
  ]);
  const found = lookedUp.filter((one) => one !== undefined);
  const decisive = found.find(isRunning) ?? found[0];
  return {
    named: decisive && { operation: decisive.name, isDone: !isRunning(decisive) },
    own: running?.find(({ cluster }) => cluster === place.name)?.name,
    // An invalid request stays one when another cluster's operation has ended.
    nearby: refusal.status === 'INVALID_ARGUMENT' ? undefined : running?.[0]?.name,
    transition,
  };
}

const isRunning = ({ status }: ClusterOperation): boolean =>
  status === 'PENDING' || status === 'RUNNING' || status === 'ABORTING';

async function listRunning(call: CallGke, place: ClusterPlace): Promise<ClusterOperation[]> {
  const answer = await call(
    looking('Listing running operations', place),
    (client, settings) => client.listOperations({ parent: locationOf(place) }, settings),
    operations,
  );
  return (answer.operations ?? []).map(toOperation).filter(isRunning);
}

async function readTransition(call: CallGke, place: ClusterPlace): Promise<string | undefined> {
  const found = await orMissing(
    call(
      looking(`Reading cluster ${place.name}`, place),
      (client, settings) =>
        client.getCluster({ name: `${locationOf(place)}/clusters/${place.name}` }, settings),
      clusterAnswer,
    ),
  );
  if (found === undefined) return undefined;
  if (transitions.has(found.status)) return found.status;
  const pool = found.nodePools?.find(({ status }) => transitions.has(status));
  return pool === undefined ? undefined : `node pool ${pool.name} ${pool.status}`;
}

/** An operation may have a full name, which can belong to another location. */
async function readOperation(
  call: CallGke,
  place: ClusterPlace,
  { id, projectId = place.projectId, location = place.location }: NamedOperation,
): Promise<ClusterOperation> {
  const name = `${locationOf({ projectId, location })}/operations/${id}`;
  const answer = await call(
    looking(`Reading operation ${id}`, place),
    (client, settings) => client.getOperation({ name }, settings),
    operationAnswer,
  );
  return toOperation(answer);
}

const looking = (doing: string, { projectId }: ClusterPlace) => ({
  doing,
  projectId,
  timeoutMs: stateTimeoutMs,
});

const locationOf = ({ projectId, location }: Omit<ClusterPlace, 'name'>): string =>
  `projects/${projectId}/locations/${location}`;
