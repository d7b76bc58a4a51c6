// Tests of deployments: start-up, rolling updates, and failures with Kubernetes' reasons.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../kubernetes/cluster.ts';
import { conditionIn, openCluster, type OpenCluster } from './open-cluster.ts';
import { deployment, modelServer } from './objects.ts';

let open: OpenCluster;

beforeAll(async () => {
  open = await openCluster();
});
afterAll(() => open.end());
afterEach(async () => {
  const { store } = open.cluster;
  for (const { metadata } of open.list('apps/v1', 'Deployment')) {
    store.delete({ group: 'apps', kind: 'Deployment', namespace: 'default', name: metadata.name });
  }
  await expect.poll(() => open.list('v1', 'Pod').length).toBe(0);
});

const found = (name: string): KubeObject | undefined => open.get('apps/v1', 'Deployment', name);
const available = (name: string): string | undefined =>
  conditionIn(found(name)?.['status'], 'Available')?.status;

interface PodStatus {
  phase: string;
  containerStatuses: {
    ready: boolean;
    restartCount: number;
    state: { waiting?: { reason: string; message: string } };
    lastState?: { terminated: { reason: string; exitCode: number } };
  }[];
}
const podStatuses = (): PodStatus[] =>
  open.list('v1', 'Pod').map((pod) => (pod['status'] ?? {}) as PodStatus);
const waitingReason = (): string | undefined =>
  podStatuses()[0]?.containerStatuses?.[0]?.state.waiting?.reason;

/** Distinct descriptions of all later changes to a kind, in order; includes short-lived states. */
function record(
  kind: string,
  describe: (object: KubeObject) => string | undefined,
): () => string[] {
  const seen = new Set<string>();
  const stop = open.cluster.store.onChange(({ object }) => {
    const said =
      object.kind === kind && object['status'] !== undefined ? describe(object) : undefined;
    if (said !== undefined) seen.add(said);
  });
  return () => {
    stop();
    return [...seen];
  };
}

test('a model server pulls its image, loads the model for minutes and becomes available', async () => {
  const podSeen = record('Pod', (pod) => {
    const { phase, containerStatuses } = pod['status'] as PodStatus;
    return `${phase}/${containerStatuses?.[0]?.ready === true ? 'ready' : 'unready'}`;
  });
  const seen = record('Deployment', (one) => conditionIn(one['status'], 'Available')?.status);
  open.create(modelServer({ replicas: 2 }));
  await expect.poll(() => available('vllm-qwen')).toBe('True');
  expect(podSeen()).toEqual(['Pending/unready', 'Running/unready', 'Running/ready']);
  expect(seen()).toEqual(['False', 'True']);
  expect(found('vllm-qwen')?.['status']).toMatchObject({
    observedGeneration: 1,
    replicas: 2,
    readyReplicas: 2,
    updatedReplicas: 2,
  });
  const [set] = open.list('apps/v1', 'ReplicaSet');
  expect(set?.metadata.ownerReferences?.[0]).toMatchObject({
    kind: 'Deployment',
    controller: true,
  });
});

test('a pod that needs twelve CPUs fits once per node, and the fourth is unschedulable', async () => {
  open.create(modelServer({ replicas: 4 }));
  await expect
    .poll(() =>
      open.list('v1', 'Pod').flatMap((pod) => conditionIn(pod['status'], 'PodScheduled') ?? []),
    )
    .toContainEqual(
      expect.objectContaining({
        status: 'False',
        reason: 'Unschedulable',
        message:
          '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
      }),
    );
  const nodes = open
    .list('v1', 'Pod')
    .map((pod) => (pod['spec'] as { nodeName?: string }).nodeName);
  expect(new Set(nodes.filter((name) => name !== undefined)).size).toBe(3);
});

test('a missing image causes repeated pull attempts', async () => {
  open.create(deployment('broken', { image: 'nginx:does-not-exist' }));
  await expect.poll(waitingReason).toBe('ImagePullBackOff');
  expect(podStatuses()[0]?.containerStatuses[0]?.state.waiting?.message).toBe(
    'Back-off pulling image "nginx:does-not-exist": ErrImagePull: failed to pull and unpack image "nginx:does-not-exist": failed to resolve reference "nginx:does-not-exist": nginx:does-not-exist: not found',
  );
  await expect
    .poll(() => conditionIn(found('broken')?.['status'], 'Progressing'))
    .toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
  open.cluster.store.update(
    { group: 'apps', kind: 'Deployment', namespace: 'default', name: 'broken' },
    (object) => {
      const { template } = object['spec'] as {
        template: { spec: { containers: { image: string }[] } };
      };
      for (const container of template.spec.containers) container.image = 'nginx:1.29';
    },
  );
  await expect.poll(() => available('broken')).toBe('True');
  expect(found('broken')?.['status']).toMatchObject({ observedGeneration: 2, updatedReplicas: 1 });
  await expect.poll(() => open.list('v1', 'Pod').length).toBe(1);
});

test('a crashing container restarts with back-off', async () => {
  open.create(deployment('crashing', { image: 'busybox:1.37', args: ['crash-on-start'] }));
  await expect.poll(waitingReason).toBe('CrashLoopBackOff');
  await expect.poll(() => podStatuses()[0]?.containerStatuses[0]?.restartCount).toBeGreaterThan(1);
  expect(podStatuses()[0]?.containerStatuses[0]?.lastState?.terminated).toMatchObject({
    exitCode: 1,
    reason: 'Error',
  });
});

test('a missing secret or service account blocks pods until it exists', async () => {
  const env = [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'hf-token', key: 'token' } } }];
  open.create(deployment('needs-secret', { image: 'busybox:1.37', env }));
  await expect.poll(waitingReason).toBe('CreateContainerConfigError');
  open.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'hf-token', namespace: 'default' },
    data: { token: 'aGY=' },
  });
  await expect.poll(() => available('needs-secret')).toBe('True');

  const template = {
    metadata: { labels: { app: 'no-account' } },
    spec: {
      serviceAccountName: 'no-account',
      containers: [{ name: 'main', image: 'busybox:1.37' }],
    },
  };
  open.create(deployment('no-account', {}, { template }));
  await expect
    .poll(() => conditionIn(found('no-account')?.['status'], 'ReplicaFailure')?.message)
    .toMatch(
      /error looking up service account default\/no-account: serviceaccount "no-account" not found/,
    );
  open.create({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'no-account', namespace: 'default' },
  });
  await expect.poll(() => available('no-account')).toBe('True');
  expect(conditionIn(found('no-account')?.['status'], 'ReplicaFailure')).toBeUndefined();
});

test('a scaled deployment returns to its replica count after a pod is deleted', async () => {
  open.create(deployment('scaled', { image: 'nginx:1.29' }));
  await expect.poll(() => available('scaled')).toBe('True');
  const ref = { group: 'apps', kind: 'Deployment', namespace: 'default', name: 'scaled' };
  open.cluster.store.update(ref, (object) => {
    object['spec'] = { ...(object['spec'] as object), replicas: 3 };
  });
  await expect.poll(() => found('scaled')?.['status']).toMatchObject({ readyReplicas: 3 });
  const [victim] = open.list('v1', 'Pod');
  open.cluster.store.delete({
    group: '',
    kind: 'Pod',
    namespace: 'default',
    name: victim?.metadata.name ?? '',
  });
  await expect
    .poll(() => {
      const ready = open
        .list('v1', 'Pod')
        .filter((pod) => conditionIn(pod['status'], 'Ready')?.status === 'True');
      return ready.filter((pod) => pod.metadata.uid !== victim?.metadata.uid).length;
    })
    .toBe(3);
});

test('a slow start does not fail the deployment, even with a short progress deadline', async () => {
  const seen = record('Deployment', (one) => conditionIn(one['status'], 'Progressing')?.reason);
  open.create(modelServer({ progressDeadlineSeconds: 1 }));
  await expect.poll(() => available('vllm-qwen')).toBe('True');
  expect(seen()).toEqual(['NewReplicaSetCreated', 'ReplicaSetUpdated', 'NewReplicaSetAvailable']);
});
