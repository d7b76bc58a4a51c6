// Internal Gateways of the cluster, beside which the Apigee operator serves no external one.
import { type Context, kubernetesOf } from '../../../src/gateway/objects.ts';

/** Classes of GKE's internal load balancers. */
const isInternal = (gatewayClass: unknown): boolean =>
  typeof gatewayClass === 'string' &&
  (gatewayClass.startsWith('gke-l7-rilb') || gatewayClass.includes('internal-managed'));

/** A possible cause if the operator does not become ready; empty without such Gateways. */
export async function besideInternalGateways(context: Context): Promise<string> {
  const { signal } = context;
  const kinds = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway' };
  const gateways = await kubernetesOf(context).list(kinds, { signal });
  const names = gateways
    .filter(({ spec }) => isInternal((spec as { gatewayClassName?: unknown })?.gatewayClassName))
    .map(({ metadata: { namespace = 'default', name } }) => `${namespace}/${name}`);
  return names.length === 0
    ? ''
    : `; the operator serves no external gateway with internal Gateways beside it (${names.join(', ')}) in the region`;
}
