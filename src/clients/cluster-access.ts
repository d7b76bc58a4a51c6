// Where the gateway's cluster is reached: looked up through GKE, cached until it fails.
import { fail } from '../errors.ts';
import type { Cluster, ClusterPlace, GkeClient } from './gke/client.ts';

export interface ClusterAccess {
  /** `https://host[:port]` */
  readonly server: string;
  /** Base64 of the PEM certificate. */
  readonly caCertificate: string;
}

export interface ClusterAccessSource {
  /** @throws refused/no_cluster while there is none, it has no endpoint yet, or it is being deleted. */
  get(): Promise<ClusterAccess>;
  /** After a failed connection: the cluster may have been made anew elsewhere. */
  forget(): void;
}

/** A cluster in deletion answers for a while, and then not any more: nothing is to be done in it. */
function whyUnreachable({ endpoint, status }: Cluster): string | undefined {
  if (status === 'STOPPING') return 'is being deleted';
  return endpoint === '' ? 'has no endpoint yet' : undefined;
}

export function createClusterAccess(gke: GkeClient, place: ClusterPlace): ClusterAccessSource {
  let known: Promise<ClusterAccess> | undefined;
  const look = async (): Promise<ClusterAccess> => {
    const cluster = await gke.getCluster(place);
    const state = cluster === undefined ? 'does not exist' : whyUnreachable(cluster);
    if (cluster === undefined || state !== undefined) {
      throw fail('refused', 'no_cluster', `Cluster ${place.name} ${state}`, {
        next: 'Run `/llmgw provision`.',
      });
    }
    return { server: `https://${cluster.endpoint}`, caCertificate: cluster.caCertificate };
  };
  return {
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
