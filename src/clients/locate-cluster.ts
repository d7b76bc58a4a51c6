// Access to the gateway's cluster through GKE, cached until a failure.
import { guidance, slashCommand } from '../kernel/guidance.ts';
import { inTime } from '../kernel/in-time.ts';
import { fail } from '../kernel/errors.ts';
import type { Cluster, ClusterPlace, GkeClient } from './gke/client.ts';
import type { ClusterAccess, ClusterAccessSource, ClusterView } from './shared/cluster-access.ts';

/** Calls that fail together ask GKE once. */
const viewMs = 2_000;
/** A view only explains the fault, so it must not delay it. */
const viewTimeoutMs = 5_000;

/** A cluster in deletion still answers for a while, but no step can use it. */
function whyUnreachable({ endpoint, endpointProblem, status }: Cluster): string | undefined {
  if (status === 'STOPPING') return 'is being deleted';
  if (endpointProblem !== undefined) return 'has only a DNS endpoint that is closed to the outside';
  return endpoint === '' ? 'has no endpoint yet' : undefined;
}

export function createClusterAccess(gke: GkeClient, place: ClusterPlace): ClusterAccessSource {
  let known: Promise<ClusterAccess> | undefined;
  const look = async (): Promise<ClusterAccess> => {
    const cluster = await gke.getCluster(place);
    const state = cluster === undefined ? 'does not exist' : whyUnreachable(cluster);
    if (cluster === undefined || state !== undefined) {
      throw fail('refused', 'no_cluster', `Cluster ${place.name} ${state}`, {
        next: guidance`Run ${slashCommand('provision')}.`,
      });
    }
    return { server: `https://${cluster.endpoint}`, caCertificate: cluster.caCertificate };
  };
  let view: { readonly at: number; readonly seen: Promise<ClusterView | undefined> } | undefined;
  return {
    observe: () => {
      if (view === undefined || Date.now() - view.at > viewMs) {
        view = { at: Date.now(), seen: inTime(viewOf(gke, place), viewTimeoutMs) };
      }
      return view.seen;
    },
    get: async () => {
      known ??= look();
      try {
        return await known;
      } catch (error) {
        known = undefined;
        throw error;
      }
    },
    forget: () => {
      known = undefined;
    },
  };
}

async function viewOf(gke: GkeClient, place: ClusterPlace): Promise<ClusterView> {
  const [cluster, operations] = await Promise.all([
    gke.getCluster(place),
    gke.listOperations(place),
  ]);
  return {
    status: cluster?.status ?? 'MISSING',
    statusMessage: cluster?.statusMessage ?? '',
    operation: operations.find(({ status }) => status === 'RUNNING' || status === 'PENDING'),
  };
}
