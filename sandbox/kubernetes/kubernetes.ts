// The sandbox's Kubernetes service: one API server per cluster, with stored objects.
import type { Billable, SandboxContext, SandboxService } from '../core/context.ts';
import type { ClusterIdentity } from './authorization/access.ts';
import type { Cluster, ClusterSpec, Kubernetes } from './cluster.ts';
import type { KubernetesState } from './cluster-state.ts';
import { makeCertificate } from './server/certificate.ts';
import { type RunningCluster, startCluster } from './running-cluster.ts';
import { listOr, objectOr } from './json.ts';

export function createKubernetes(
  ctx: SandboxContext,
  identity: ClusterIdentity,
): Kubernetes & SandboxService {
  const state = ctx.state<KubernetesState>('kubernetes', () => ({ clusters: {} }));
  const running = new Map<string, RunningCluster>();
  const starting = new Map<string, Promise<RunningCluster>>();
  const starters: ((cluster: Cluster) => () => void)[] = [];
  const stops = new Map<string, (() => void)[]>();

  const start = async (id: string, spec: ClusterSpec): Promise<RunningCluster> => {
    const kept = (state.clusters[id] ??= {
      spec,
      certificate: await makeCertificate(),
      revision: 0,
      objects: {},
      writes: {},
    });
    kept.spec = spec;
    ctx.changed('kubernetes');
    const started = await startCluster(ctx, identity, id, kept);
    running.set(id, started);
    stops.set(
      id,
      starters.map((starter) => starter(started.cluster)),
    );
    return started;
  };

  const stop = async (id: string): Promise<void> => {
    for (const end of stops.get(id) ?? []) end();
    stops.delete(id);
    const cluster = running.get(id);
    running.delete(id);
    await cluster?.stop();
  };

  return {
    name: 'kubernetes',
    create: async (spec) => {
      const id = `projects/${spec.projectId}/locations/${spec.location}/clusters/${spec.name}`;
      const known = running.get(id);
      if (known !== undefined) return known.cluster;
      const started = starting.get(id) ?? start(id, spec);
      starting.set(id, started);
      try {
        return (await started).cluster;
      } finally {
        starting.delete(id);
      }
    },
    get: (id) => running.get(id)?.cluster,
    list: () => [...running.values()].map(({ cluster }) => cluster),
    delete: async (id) => {
      await stop(id);
      delete state.clusters[id];
      ctx.changed('kubernetes');
    },
    setApiAway: async (id, away) => running.get(id)?.setApiAway(away),
    endWatches: () => {
      for (const one of running.values()) one.endWatches();
    },
    expireWatches: () => {
      for (const one of running.values()) one.expireWatches();
    },
    onCluster: (starter) => {
      starters.push(starter);
      for (const [id, { cluster }] of running) {
        stops.set(id, [...(stops.get(id) ?? []), starter(cluster)]);
      }
    },
    world: () => worldOf(state),
    billable: () => billableOf(state),
    stop: async () => {
      await Promise.all([...running.keys()].map(stop));
    },
  };
}

/** Objects by kind, as `namespace/name`; excludes contents (and so Secrets). */
function worldOf(state: KubernetesState): unknown {
  return Object.entries(state.clusters).map(([id, cluster]) => ({
    id,
    objects: Object.fromEntries(
      Object.entries(cluster.objects).map(([kind, objects]) => [
        kind,
        Object.keys(objects)
          .map((key) => key.replace(/^\//, ''))
          .sort(),
      ]),
    ),
    writes: { ...cluster.writes },
  }));
}

function billableOf(state: KubernetesState): Billable[] {
  return Object.values(state.clusters).flatMap(({ spec, objects }) => {
    const named = (kind: string, groupKind: string, costs: (status: unknown) => boolean) =>
      Object.values(objects[groupKind] ?? {})
        .filter((object) => costs(object['status']))
        .map(({ metadata: { namespace, name } }) => ({
          service: 'kubernetes',
          kind,
          name: [spec.name, namespace, name].filter((part) => part !== undefined).join('/'),
        }));
    const hasAddress = (status: unknown): boolean =>
      listOr(objectOr(status)['addresses']).length > 0;
    const hasIngress = (status: unknown): boolean =>
      listOr(objectOr(objectOr(status)['loadBalancer'])['ingress']).length > 0;
    return [
      ...named('Node', 'Node', () => true),
      ...named('Gateway', 'Gateway.gateway.networking.k8s.io', hasAddress),
      ...named('Service', 'Service', hasIngress),
      ...named('PersistentVolume', 'PersistentVolume', () => true),
    ];
  });
}
