// Live view of a cluster: workloads, gateway, Apigee operator resources.
import type { SandboxContext } from '../core/context.ts';
import { readOperationSet } from '../controllers/apigee-operator/views.ts';
import { statusOf } from '../controllers/conditions.ts';
import { type Kind, kinds } from '../controllers/kinds.ts';
import type { KubeObject } from '../kubernetes/cluster.ts';
import type { ClusterState, KubernetesState } from '../kubernetes/cluster-state.ts';
import { conditionThing, objectThing, stateThing } from './object-things.ts';
import { podThing } from './pod-thing.ts';
import { type Part, type Thing, thing } from './thing.ts';

export function clusterParts(context: SandboxContext): Part[] {
  const { clusters } = context.state<KubernetesState>('kubernetes', () => ({ clusters: {} }));
  const all = Object.values(clusters);
  const things = (of: Kind, show: (object: KubeObject) => Thing): Thing[] =>
    all.flatMap((cluster) => objectsOf(cluster, of).map(show));
  const withConditions = (...of: Kind[]): Thing[] =>
    of.flatMap((one) => things(one, (object) => conditionThing(object)));
  return [
    {
      id: 'workloads',
      title: 'In the cluster',
      things: [
        ...all.flatMap(releases),
        ...things(kinds.deployment, deploymentThing),
        ...things(kinds.pod, podThing),
      ],
    },
    {
      id: 'gateway',
      title: 'Gateway',
      things: [
        ...things(kinds.gateway, (object) => conditionThing(object, addresses(object))),
        ...withConditions(
          kinds.httpRoute,
          kinds.inferencePool,
          kinds.healthCheckPolicy,
          kinds.backendPolicy,
          kinds.trafficExtension,
        ),
      ],
    },
    {
      id: 'operator',
      title: 'Apigee operator',
      things: [
        ...things(kinds.backendService, (object) => stateThing(object)),
        ...things(kinds.extensionPolicy, (object) => stateThing(object)),
        ...things(kinds.apiProduct, (object) => stateThing(object)),
        ...things(kinds.operationSet, (object) => stateThing(object, quotaFacts(object))),
      ],
    },
  ];
}

function objectsOf(cluster: ClusterState, { group, kind }: Kind): KubeObject[] {
  const objects = cluster.objects[group === '' ? kind : `${kind}.${group}`] ?? {};
  return Object.values(objects).filter(
    ({ metadata }) => metadata.namespace !== 'kube-system' && metadata.namespace !== 'gke-managed',
  );
}

function deploymentThing(object: KubeObject): Thing {
  const { replicas = 1 } = (object['spec'] ?? {}) as { replicas?: number };
  const { readyReplicas = 0 } = statusOf(object) as { readyReplicas?: number };
  return {
    ...conditionThing(object, [`${readyReplicas} of ${replicas} ready`]),
    ...(readyReplicas >= replicas && replicas > 0 ? { says: 'Available' } : {}),
  };
}

const addresses = (object: KubeObject): string[] => {
  const { addresses: given = [] } = statusOf(object) as { addresses?: { value: string }[] };
  return given.map(({ value }) => value);
};

function quotaFacts(object: KubeObject): string[] {
  const { quota, restOperations } = readOperationSet(object);
  const paths = restOperations.map(({ methods, path }) => `${methods.join(' ')} ${path}`.trim());
  if (quota === undefined) return ['no quota', ...paths];
  const { limit, interval, timeUnit } = quota;
  const every = interval === 1 ? timeUnit : `${interval} ${timeUnit}s`;
  return [`${limit} requests a ${every}`, ...paths];
}

/** Helm keeps a release's versions in Secrets; the newest has the current status. */
function releases(cluster: ClusterState): Thing[] {
  const newest = new Map<string, KubeObject>();
  for (const secret of objectsOf(cluster, kinds.secret)) {
    const { labels = {} } = secret.metadata;
    if (labels['owner'] !== 'helm') continue;
    const key = `${secret.metadata.namespace ?? ''}/${labels['name'] ?? ''}`;
    const version = Number(labels['version'] ?? 0);
    const known = Number(newest.get(key)?.metadata.labels?.['version'] ?? 0);
    if (version > known) newest.set(key, secret);
  }
  return [...newest].map(([name, secret]) => {
    const { status = '', version = '' } = secret.metadata.labels ?? {};
    const state = status === 'deployed' ? 'ok' : status.startsWith('pending') ? 'waiting' : 'bad';
    return thing({
      ...objectThing(secret, { state, says: status }),
      kind: 'Helm release',
      name,
      facts: [`revision ${version}`],
    });
  });
}
