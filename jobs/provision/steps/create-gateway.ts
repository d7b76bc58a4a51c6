// Step: Gateway and load balancer, ready with an address and Programmed.
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import { addressOf, conditionsOf, unmetCondition } from '../../../src/gateway/conditions.ts';
import { endpointAt } from '../../../src/gateway/endpoint.ts';
import { manifestStep } from '../step-parts/manifest-step.ts';

export const createGateway = manifestStep({
  id: 'create-gateway',
  title: 'Create load balancer',
  needs: ['create-cluster', 'create-proxy-subnet'],
  needsWhen: {
    teardown: ['create-cluster', 'attach-traffic-extension', 'create-operation-set'],
  },
  part: {
    name: 'The gateway',
    absent: 'is missing from the cluster',
    unready: 'is not programmed',
    role: 'reach',
  },
  manifests: [{ name: 'gateway/gateway', unmet }],
  output: (found, { env }) => {
    const address = addressOf(found) ?? '';
    return { address, endpoint: endpointAt(address, env.gateway.port) };
  },
  deadlineMs: 30 * 60_000,
  expectMs: 2 * 60_000,
  continuesAfterCancel: 'creating the load balancer',
  removal: {
    title: 'Delete load balancer',
    expectMs: 2 * 60_000,
    continuesAfterCancel: 'deleting the load balancer',
  },
});

function unmet(found: KubernetesObject): string | undefined {
  const missing = unmetCondition(found, conditionsOf(found), ['Accepted', 'Programmed']);
  if (missing !== undefined) return missing;
  return addressOf(found) === undefined ? 'it has no address yet' : undefined;
}
