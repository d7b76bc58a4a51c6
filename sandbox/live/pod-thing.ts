// Live view of a pod: its phase, or its containers' waiting reasons.
import { conditionsOf, statusOf } from '../controllers/conditions.ts';
import type { KubeObject } from '../kubernetes/cluster.ts';
import { goingThing, objectThing } from './object-things.ts';
import type { Thing } from './thing.ts';

interface Container {
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: { readonly waiting?: { readonly reason: string; readonly message?: string } };
}

export function podThing(pod: KubeObject): Thing {
  const status = statusOf(pod) as {
    phase?: string;
    containerStatuses?: Container[];
    initContainerStatuses?: Container[];
  };
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const restarts = containers.reduce((sum, one) => sum + one.restartCount, 0);
  const facts = restarts === 0 ? [] : [`${restarts} restarts`];
  if (pod.metadata.deletionTimestamp !== undefined) return goingThing(pod, facts);
  const unscheduled = conditionsOf(status).find(
    (one) => one.type === 'PodScheduled' && one.status === 'False',
  );
  if (unscheduled !== undefined) {
    const { reason, message } = unscheduled;
    return objectThing(pod, { state: 'bad', says: reason, why: message, facts });
  }
  const held = containers.find(({ state }) => state.waiting !== undefined)?.state.waiting;
  if (held !== undefined) {
    const isStarting = held.reason === 'ContainerCreating' || held.reason === 'PodInitializing';
    const why = held.message ?? (isStarting ? 'Its image is being pulled.' : '');
    const state = isStarting ? 'waiting' : 'bad';
    return objectThing(pod, { state, says: held.reason, why, facts });
  }
  const isReady = containers.length > 0 && containers.every(({ ready }) => ready);
  return objectThing(pod, {
    state: isReady ? 'ok' : 'waiting',
    says: isReady ? 'Ready' : (status.phase ?? 'Pending'),
    why: isReady || status.phase === undefined ? '' : 'It is not ready yet.',
    facts,
  });
}
