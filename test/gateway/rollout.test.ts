// Rollout state, from the counts of a Deployment as clusters report them.
import { expect, test } from 'vitest';
import { unmetRollout } from '../../src/gateway/rollout.ts';
import type { KubernetesObject } from '../../src/clients/kubernetes/client.ts';

const available = { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' };
const stuck = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };

const deployment = (
  replicas: number | undefined,
  status: object | undefined,
  generation = 2,
): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'vllm-qwen', namespace: 'default', generation },
  spec: replicas === undefined ? {} : { replicas },
  ...(status === undefined ? {} : { status }),
});
const paused = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  spec: { ...Object(object['spec']), paused: true },
});
const whole = (count: number) => ({
  observedGeneration: 2,
  replicas: count,
  updatedReplicas: count,
  readyReplicas: count,
  availableReplicas: count,
  conditions: [available],
});

test.each([
  ['all pods of the last change', deployment(3, whole(3))],
  ['one pod, the default count', deployment(undefined, whole(1))],
])('no unmet condition: %s', (_name, object) => expect(unmetRollout(object)).toBeUndefined());

test.each<[string, KubernetesObject, RegExp]>([
  [
    'Available with 0 of 1, as maxUnavailable is 1',
    deployment(1, {
      observedGeneration: 2,
      replicas: 1,
      updatedReplicas: 1,
      unavailableReplicas: 1,
      conditions: [available],
    }),
    /^0 of 1 pods are ready$/,
  ],
  [
    'Available with 2 of 3',
    deployment(3, { ...whole(3), readyReplicas: 2, availableReplicas: 2 }),
    /^2 of 3 pods are ready$/,
  ],
  [
    'ready, but not available for long enough',
    deployment(1, { ...whole(1), availableReplicas: 0 }),
    /^0 of 1/,
  ],
  ['scaled to 0', deployment(0, { observedGeneration: 2, conditions: [available] }), /scaled to 0/],
  ['no status at all', deployment(1, undefined), /last change is pending/],
  ['counts from before the last change', deployment(1, whole(1), 3), /last change is pending/],
  [
    'pods from before the last change',
    deployment(2, { ...whole(2), updatedReplicas: 1 }),
    /1 of 2 pods run the last change/,
  ],
  [
    'an old pod in addition to the new ones',
    deployment(2, { ...whole(2), replicas: 3 }),
    /1 old pod is still running/,
  ],
  [
    'a rollout that has stopped',
    deployment(2, { ...whole(2), availableReplicas: 1, conditions: [available, stuck] }),
    /1 of 2 pods are ready, and the rollout makes no progress/,
  ],
  [
    'a rollout that somebody has paused',
    paused(deployment(2, { ...whole(2), updatedReplicas: 0 })),
    /0 of 2 pods run the last change, and the rollout is paused/,
  ],
  [
    'counts that are null',
    deployment(1, { observedGeneration: 2, replicas: null, availableReplicas: null }),
    /0 of 1/,
  ],
])('unmet condition: %s', (_name, object, words) => {
  expect(unmetRollout(object)).toMatch(words);
});
