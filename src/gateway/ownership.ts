// How llmgw marks what it makes in GKE and in the cluster, so that nothing of somebody else is ever removed.
import { type KubernetesObject, ownLabel } from '../clients/kubernetes/client.ts';

export interface Owner {
  /** Name of the gateway. */
  readonly gateway: string;
  readonly runId: string;
}

/** The object with our labels and the run that wrote it last. */
export function stamp(object: KubernetesObject, owner: Owner): KubernetesObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: {
        ...metadata.labels,
        [ownLabel.key]: ownLabel.value,
        'llmgw.dev/gateway': owner.gateway,
      },
      annotations: { ...metadata.annotations, 'llmgw.dev/run': owner.runId },
    },
  };
}

/** Resource labels of a cluster: Google allows neither dots nor slashes in them. */
export function clusterLabels(gateway: string): Record<string, string> {
  return { 'managed-by': 'llmgw', 'llmgw-gateway': gateway };
}

export function isOurCluster(
  cluster: { readonly labels: Readonly<Record<string, string>> },
  gateway: string,
): boolean {
  return Object.entries(clusterLabels(gateway)).every(
    ([key, value]) => cluster.labels[key] === value,
  );
}
