// Live view of Kubernetes objects, by their unmet conditions.
import type { KubeObject } from '../kubernetes/cluster.ts';
import { type Condition, conditionsOf, statusOf } from '../controllers/conditions.ts';
import { type Thing, thing } from './thing.ts';

/** Conditions that signal a problem when true. */
const unwanted = /^(ReplicaFailure|Conflicted|OverlappingTLSConfig|.*Pressure)$/;

/** An object with its state in conditions, its own or per parent. */
export function conditionThing(object: KubeObject, facts: readonly string[] = []): Thing {
  const conditions = allConditions(statusOf(object));
  const unmet = conditions.find(({ type, status }) =>
    unwanted.test(type) ? status === 'True' : status !== 'True',
  );
  if (object.metadata.deletionTimestamp !== undefined) return goingThing(object, facts);
  if (conditions.length === 0) {
    return objectThing(object, {
      state: 'waiting',
      says: 'no status',
      why: 'No controller has reported a status yet.',
      facts,
    });
  }
  if (unmet === undefined) {
    const says = [...new Set(conditions.map(({ type }) => type))].slice(0, 2).join(', ');
    return objectThing(object, { state: 'ok', says, facts });
  }
  const { type, status, reason, message } = unmet;
  return objectThing(object, {
    state: isPatient(reason) ? 'waiting' : 'bad',
    says: `${type}: ${status}`,
    why: [reason, message].filter((part) => part !== '').join(': '),
    facts,
  });
}

const isPatient = (reason: string): boolean =>
  /^(Pending|Waiting|Reconciling|Progressing|NotReconciled|AddressNotAssigned|MinimumReplicasUnavailable|Programming)/.test(
    reason,
  );

/** One of the operator's resources, with its state in a single word. */
export function stateThing(object: KubeObject, facts: readonly string[] = []): Thing {
  const { state, errorMessage } = statusOf(object) as { state?: string; errorMessage?: string };
  if (object.metadata.deletionTimestamp !== undefined) return goingThing(object, facts);
  const isWell = state === 'CREATED' || state === 'RUNNING';
  return objectThing(object, {
    state: isWell ? 'ok' : errorMessage === undefined ? 'waiting' : 'bad',
    says: state ?? 'no status',
    why: errorMessage ?? (isWell ? '' : 'The Apigee operator has not synced it yet.'),
    facts,
  });
}

export function objectThing(
  { kind, metadata }: KubeObject,
  of: Pick<Thing, 'state' | 'says'> & Partial<Thing>,
): Thing {
  const { namespace = '', name, uid } = metadata;
  const where = ['', 'default'].includes(namespace) ? name : `${namespace}/${name}`;
  return thing({ id: uid, kind, name: where, ...of });
}

export function goingThing(object: KubeObject, facts: readonly string[]): Thing {
  const { finalizers = [] } = object.metadata;
  const why = finalizers.length === 0 ? '' : `Waiting for ${finalizers.join(', ')}.`;
  return objectThing(object, { state: 'going', says: 'being deleted', why, facts });
}

function allConditions(status: Record<string, unknown>): Condition[] {
  const towards = [status['parents'], status['ancestors']].flatMap((list) =>
    Array.isArray(list) ? (list as unknown[]) : [],
  );
  return [status, ...towards].flatMap(conditionsOf);
}
