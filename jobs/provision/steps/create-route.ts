// Step: route from the Gateway to the pool, after the Gateway with its status.
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import { parentConditions, unmetEntries } from '../../../src/gateway/conditions.ts';
import { gatewayRef } from '../../../src/gateway/resources.ts';
import { manifestStep } from '../step-parts/manifest-step.ts';

export const createRoute = manifestStep({
  id: 'create-route',
  title: 'Create route to inference pool',
  needs: ['deploy-inference-pool', 'create-gateway'],
  needsWhen: {
    protectFirst: ['deploy-inference-pool', 'attach-traffic-extension'],
    teardown: ['deploy-inference-pool', 'verify-locked'],
  },
  part: {
    name: 'The route',
    absent: 'is missing from the cluster',
    unready: 'is not active',
    role: 'reach',
  },
  manifests: [{ name: 'gateway/route', unmet }],
  deadlineMs: 20 * 60_000,
  expectMs: 2 * 60_000,
  continuesAfterCancel: 'routing the load balancer to the pool',
  removal: { title: 'Delete route', expectMs: 20_000 },
});

/** Only ResolvedRefs shows a missing endpoint picker behind the route. */
function unmet(found: KubernetesObject): string | undefined {
  return unmetEntries(found, parentConditions(found, gatewayRef), {
    desired: ['Accepted', 'ResolvedRefs'],
    none: 'the gateway has not accepted it yet',
  });
}
