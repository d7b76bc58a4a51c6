// Live view of Google Cloud: clusters, node pools and operations.
import type { SandboxContext } from '../core/context.ts';
import type { GkeState } from '../gke/state.ts';
import { type Part, type Thing, thing } from './thing.ts';

type Cluster = GkeState['clusters'][string];

export function googlePart(context: SandboxContext): Part {
  const gke = context.state<GkeState>('gke', () => ({ clusters: {}, operations: {} }));
  const operations = Object.values(gke.operations).filter(({ status }) => status !== 'DONE');
  return {
    id: 'google',
    title: 'Google Cloud',
    things: [
      ...Object.values(gke.clusters).flatMap((cluster) => [
        clusterThing(cluster),
        ...cluster.nodePools.map((pool) => poolThing(cluster, pool)),
      ]),
      ...operations.map((one) =>
        thing({
          id: one.name,
          kind: 'Operation',
          name: `${one.type} ${one.cluster}`,
          state: 'waiting',
          says: one.status,
          why: one.detail,
          span: { from: one.startedAt, until: one.due },
        }),
      ),
    ],
  };
}

const clusterStates: Readonly<Record<Cluster['status'], Thing['state']>> = {
  PROVISIONING: 'waiting',
  RUNNING: 'ok',
  RECONCILING: 'waiting',
  STOPPING: 'going',
  ERROR: 'bad',
  DEGRADED: 'bad',
};

function clusterThing(cluster: Cluster): Thing {
  return thing({
    id: `cluster/${cluster.id}`,
    kind: 'Cluster',
    name: cluster.name,
    state: clusterStates[cluster.status],
    says: cluster.status,
    why: cluster.conditions.map(({ message }) => message).join(' '),
    facts: [cluster.location, cluster.version],
  });
}

function poolThing(cluster: Cluster, pool: Cluster['nodePools'][number]): Thing {
  return thing({
    id: `pool/${cluster.id}/${pool.name}`,
    kind: 'Node pool',
    name: pool.name,
    state: clusterStates[cluster.status],
    says: cluster.status,
    facts: [`${pool.nodeCount} × ${pool.machineType}`],
  });
}
