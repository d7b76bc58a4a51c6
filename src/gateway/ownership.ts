// Ownership marks of llmgw's resources, so that nothing else is ever removed.
import type { Attribute } from '../clients/apigee/schema.ts';
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

/** For description fields: service accounts, environments, subnets. */
export const madeFor = (gateway: string): string => `Made by llmgw for the gateway ${gateway}`;

export const isMadeFor = (description: string | undefined, gateway: string): boolean =>
  description === madeFor(gateway);

/** On developers and apps in Apigee. */
export const createdHere: Attribute = { name: 'created-by', value: 'llmgw' };

export const isCreatedHere = ({ attributes }: { readonly attributes: readonly Attribute[] }) =>
  attributes.some(({ name, value }) => name === createdHere.name && value === createdHere.value);
