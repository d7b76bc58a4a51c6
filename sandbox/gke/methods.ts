// ClusterManager's methods: permission, answer and errors of each.
import { status } from '@grpc/grpc-js';
import type { Compute } from '../google/compute/compute.ts';
import type { Clock } from '../core/clock.ts';
import { showCluster, showOperation, showServerConfig } from './answers.ts';
import type { Lifecycle } from './lifecycle.ts';
import { assertRoomForNodes } from './node-quota.ts';
import {
  clusterKey,
  namedPlaceOf,
  type Place,
  placeOf,
  regionAt,
  type Request,
  resourceName,
} from './place.ts';
import { readCluster } from './read-cluster.ts';
import { invalid, missing, Refusal } from './refusal.ts';
import type { ClusterRecord, GkeState, OperationRecord } from './state.ts';

export interface GkeMethod {
  readonly permission: string;
  /** The request's project, for permission and API checks. */
  readonly place: (request: Request) => Place;
  readonly answer: (request: Request) => object;
}

export interface MethodDeps {
  readonly state: GkeState;
  readonly clock: Clock;
  readonly compute: Compute;
  readonly lifecycle: Lifecycle;
}

/** By the name in the proto. */
export function createMethods(deps: MethodDeps): Readonly<Record<string, GkeMethod>> {
  return { ...clusterMethods(deps), ...operationMethods(deps) };
}

const ofCluster = (request: Request): Place => namedPlaceOf(request, 'clusters');
const ofOperation = (request: Request): Place => namedPlaceOf(request, 'operations');

function clusterMethods({
  state,
  clock,
  compute,
  lifecycle,
}: MethodDeps): Record<string, GkeMethod> {
  return {
    CreateCluster: {
      permission: 'container.clusters.create',
      place: placeOf,
      answer: (request) => {
        const place = placeOf(request);
        const asked = request['cluster'];
        if (typeof asked !== 'object' || asked === null) throw invalid('Cluster is required.');
        const cluster = readCluster(compute, place, asked as Request, clock.now());
        if (state.clusters[clusterKey(cluster)] !== undefined) {
          const name = resourceName(place, 'clusters', cluster.name);
          throw new Refusal(status.ALREADY_EXISTS, `Already exists: ${name}.`);
        }
        assertRoomForNodes(compute, cluster);
        return showOperation(lifecycle.startCreation(cluster), clock.now());
      },
    },
    GetCluster: {
      permission: 'container.clusters.get',
      place: ofCluster,
      answer: (request) => showCluster(findCluster(state, request)),
    },
    ListClusters: {
      permission: 'container.clusters.list',
      place: placeOf,
      answer: (request) => {
        const place = placeOf(request);
        const clusters = Object.values(state.clusters).filter((one) => isAt(one, place));
        return { clusters: clusters.map(showCluster), missingZones: [] };
      },
    },
    DeleteCluster: {
      permission: 'container.clusters.delete',
      place: ofCluster,
      answer: (request) => {
        const cluster = findCluster(state, request);
        assertIdle(state, cluster);
        return showOperation(lifecycle.startDeletion(cluster), clock.now());
      },
    },
    GetServerConfig: {
      permission: 'container.clusters.list',
      place: (request) => placeOf(request, 'name'),
      answer: (request) => {
        const place = placeOf(request, 'name');
        if (regionAt(place.location) !== undefined) return showServerConfig(place);
        throw invalid(`Location "${place.location}" does not exist.`);
      },
    },
  };
}

function operationMethods({ state, clock }: MethodDeps): Record<string, GkeMethod> {
  return {
    GetOperation: {
      permission: 'container.operations.get',
      place: ofOperation,
      answer: (request) => showOperation(findOperation(state, request), clock.now()),
    },
    ListOperations: {
      permission: 'container.operations.list',
      place: placeOf,
      answer: (request) => {
        const place = placeOf(request);
        const operations = Object.values(state.operations).filter((one) => isAt(one, place));
        return { operations: operations.map((one) => showOperation(one, clock.now())) };
      },
    },
    CancelOperation: {
      permission: 'container.operations.get',
      place: ofOperation,
      answer: (request) => {
        const { name, type } = findOperation(state, request);
        throw invalid(`Operation ${name} of type ${type} cannot be cancelled.`);
      },
    },
  };
}

function isAt(one: Place, { projectId, location }: Place): boolean {
  return one.projectId === projectId && (location === '-' || one.location === location);
}

function findCluster(state: GkeState, request: Request): ClusterRecord {
  const place = namedPlaceOf(request, 'clusters');
  const found = state.clusters[clusterKey(place)];
  if (found === undefined) throw missing(resourceName(place, 'clusters', place.name));
  return found;
}

function findOperation(state: GkeState, request: Request): OperationRecord {
  const place = namedPlaceOf(request, 'operations');
  const found = state.operations[place.name];
  if (found === undefined || !isAt(found, place)) {
    throw missing(resourceName(place, 'operations', place.name));
  }
  return found;
}

function assertIdle(state: GkeState, cluster: ClusterRecord): void {
  const running = Object.values(state.operations).find(
    (operation) =>
      operation.status !== 'DONE' && operation.cluster === cluster.name && isAt(operation, cluster),
  );
  if (running !== undefined) throw busy(state, cluster, running);
}

function busy(
  { busyRefusal }: GkeState,
  cluster: ClusterRecord,
  { name, type }: OperationRecord,
): Refusal {
  if (busyRefusal !== undefined) {
    const { code, message } = busyRefusal;
    return new Refusal(code, message.replaceAll('{operation}', name));
  }
  const isUpgrade = type === 'UPGRADE_MASTER' || type === 'UPGRADE_NODES';
  return new Refusal(
    status.FAILED_PRECONDITION,
    isUpgrade
      ? `Operation ${name} is currently upgrading cluster ${cluster.name}. Please wait and try again once it is done.`
      : `Cluster is running incompatible operation ${name}.`,
  );
}
