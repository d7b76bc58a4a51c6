// Where the gateway's cluster is reached: looked up through GKE, cached until it fails.
import { fail } from '../errors.ts';
import type { ClusterPlace, GkeClient } from './gke/client.ts';

export interface ClusterAccess {
  /** `https://host[:port]` */
  readonly server: string;
  /** Base64 of the PEM certificate. */
  readonly caCertificate: string;
}

export interface ClusterAccessSource {
  /** @throws refused/no_cluster while there is none, or it has no endpoint yet. */
  get(): Promise<ClusterAccess>;
  /** After a failed connection: the cluster may have been made anew elsewhere. */
  forget(): void;
}

export function createClusterAccess(gke: GkeClient, place: ClusterPlace): ClusterAccessSource {
  let known: Promise<ClusterAccess> | undefined;
  const look = async (): Promise<ClusterAccess> => {
    const cluster = await gke.getCluster(place);
    if (cluster === undefined || cluster.endpoint === '') {
      const state = cluster === undefined ? 'does not exist' : 'has no endpoint yet';
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
