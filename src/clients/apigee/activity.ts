// Activity of an Apigee organization: running operations and states of transition.
import { operationsIn, type Refusal } from '../shared/obstacle.ts';
import {
  mostNamedOperations,
  orUnknown,
  type ServiceState,
  stateTimeoutMs,
} from '../shared/obstacle-state.ts';
import { allPages } from './pages.ts';
import { path } from './path.ts';
import type { ApigeeCall, Requests } from './request.ts';
import { type ListedOperation, operation, operationList, stateful } from './schema.ts';

/** Collections whose changes are operations, one at a time in an organization. */
const changedByOperations = /^\/(environments|instances|envgroups)(?:\/|$)/;

/** Of organizations, instances, environments and groups. */
const transitions = new Set(['CREATING', 'UPDATING', 'DELETING']);

/** Whether the state of the organization can decide on a refusal of the call. */
export function hasActivity({ method, path: at }: ApigeeCall): boolean {
  return method !== 'GET' && changedByOperations.test(at);
}

/** State of the resources of a refused call. A failed read leaves its part out. */
export async function readActivity(
  requests: Requests,
  call: ApigeeCall,
  refusal: Refusal,
): Promise<ServiceState> {
  const limit = AbortSignal.timeout(stateTimeoutMs);
  const signal = call.signal === undefined ? limit : AbortSignal.any([call.signal, limit]);
  const things = thingsOf(call);
  const named = operationsIn(refusal.message).slice(0, mostNamedOperations);
  const [running, lookedUp, states] = await Promise.all([
    orUnknown(listRunning(requests, signal)),
    Promise.all(named.map(({ id }) => orUnknown(readOperation(requests, id, signal)))),
    Promise.all(['', ...things].map((at) => orUnknown(readTransition(requests, at, signal)))),
  ]);
  call.signal?.throwIfAborted();
  const found = lookedUp.filter((one) => one !== undefined);
  const decisive = found.find(({ done }) => !done) ?? found[0];
  const own = running?.find(({ metadata }) => isOf(metadata.targetResourceName, things));
  return {
    named: decisive && { operation: shortName(decisive.name), isDone: decisive.done },
    own: own && shortName(own.name),
    nearby: running?.[0] && shortName(running[0].name),
    transition: states.find((state) => state !== undefined),
  };
}

/** `/environments/E` of `/environments/E/…`, and the environment that the call attaches. */
function thingsOf({ path: at, body }: ApigeeCall): string[] {
  const own = /^\/\w+\/[^/]+/.exec(at)?.[0];
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const created = /^\/\w+$/.test(at) ? fields['name'] : undefined;
  const attached = fields['environment'];
  return [
    ...(own === undefined ? [] : [own]),
    ...(typeof created === 'string' ? [`${at}/${encodeURIComponent(created)}`] : []),
    ...(typeof attached === 'string' ? [path`/environments/${attached}`] : []),
  ];
}

const isOf = (target: string, things: readonly string[]): boolean => {
  const below = target.replace(/^organizations\/[^/]+/, '');
  return things.some((thing) => {
    const name = decodeURIComponent(thing);
    return below === name || below.startsWith(`${name}/`);
  });
};

const shortName = (name: string): string => name.split('/').at(-1) ?? name;

async function listRunning(requests: Requests, signal: AbortSignal): Promise<ListedOperation[]> {
  const listed = await allPages(async (query) => {
    const page = await requests.send(
      { method: 'GET', path: '/operations', query, what: 'list the operations', signal },
      operationList,
    );
    return { items: page.operations, next: page.nextPageToken };
  });
  return listed.filter(({ done, metadata }) => !done && metadata.state !== 'FINISHED');
}

const readOperation = (requests: Requests, id: string, signal: AbortSignal) =>
  requests.send(
    { method: 'GET', path: path`/operations/${id}`, what: `read the operation ${id}`, signal },
    operation,
  );

async function readTransition(
  requests: Requests,
  at: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await requests.find(
    { method: 'GET', path: at, what: 'read its state', signal },
    stateful,
  );
  return found !== undefined && transitions.has(found.state)
    ? `${at === '' ? 'the organization' : decodeURIComponent(at.slice(1))} ${found.state}`
    : undefined;
}
