// Step: traffic extension that sends all gateway traffic through Apigee.
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import { ancestorConditions, unmetEntries } from '../../../src/gateway/conditions.ts';
import { gatewayRef } from '../../../src/gateway/resources.ts';
import { manifestStep } from '../step-parts/manifest-step.ts';

export const attachTrafficExtension = manifestStep({
  id: 'attach-traffic-extension',
  title: 'Attach Apigee to load balancer',
  needs: ['verify-inference', 'create-backend-service'],
  needsWhen: {
    protectFirst: ['create-gateway', 'create-backend-service'],
    teardown: ['create-backend-service'],
  },
  part: {
    name: 'The traffic extension',
    absent: 'is missing, so nothing protects the gateway',
    unready: 'is not active',
    role: 'protect',
  },
  manifests: [{ name: 'apigee/traffic-extension', unmet }],
  deadlineMs: 15 * 60_000,
  expectMs: 2 * 60_000,
  continuesAfterCancel: 'attaching Apigee to the load balancer',
  removal: { title: 'Detach Apigee from load balancer', expectMs: 60_000 },
});

/** Both conditions, of our gateway alone. */
function unmet(found: KubernetesObject): string | undefined {
  return unmetEntries(found, ancestorConditions(found, gatewayRef), {
    desired: ['Accepted', 'ResolvedRefs'],
    none: 'no gateway has accepted it yet',
  });
}
