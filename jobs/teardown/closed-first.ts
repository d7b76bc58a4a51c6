// The order in which a gateway is taken away: nobody can reach it any more before anything that protects it goes.
import type { Step } from '../../src/runbook/step.ts';
import type { ProvisionEnv } from '../provision/env.ts';

/**
 * What each step would need if the gateway had been opened last of all. Reversed: the route goes, then the gateway's
 * host, then the gateway with its load balancer (its finalizer says when that is gone), and only then Apigee.
 * Whether the gateway was provisioned open or guarded makes no difference.
 */
const needsWhenOpenedLast: Readonly<Record<string, readonly string[]>> = {
  'attach-traffic-extension': ['create-backend-service'],
  'create-gateway': ['create-cluster', 'attach-traffic-extension', 'create-operation-set'],
  'verify-locked': ['create-gateway'],
  'create-route': ['deploy-inference-pool', 'verify-locked'],
  // Other gateways may use the subnetwork: asked once the own cluster is gone, the last of them finds nobody left.
  'create-cluster': ['create-proxy-subnet'],
};

export function closedFirst(steps: readonly Step<ProvisionEnv>[]): Step<ProvisionEnv>[] {
  return steps.map((step) => ({ ...step, needs: needsWhenOpenedLast[step.id] ?? step.needs }));
}
