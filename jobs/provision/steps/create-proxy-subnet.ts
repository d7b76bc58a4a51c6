// Step: proxy-only subnet of the load balancer, new or existing.
import type { Check, Step, Wait } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import {
  createProxySubnetwork,
  findProxySubnet,
  proxySubnetRemoval,
} from '../step-parts/proxy-subnet.ts';
import { orWithoutCluster } from '../../../src/gateway/without-cluster.ts';

export const createProxySubnet: Step<ProvisionEnv> = {
  id: 'create-proxy-subnet',
  title: 'Create proxy-only subnet',
  needs: ['check-project'],
  kind: 'make',
  async check(context): Promise<Check> {
    const found = await orWithoutCluster(findProxySubnet(context), undefined);
    if (found !== undefined) return { state: 'done', output: { subnetwork: found.name } };
    const { network, region } = context.env.gateway;
    return {
      state: 'needed',
      why: 'absent',
      reason: `network ${network} has no active proxy-only subnet in ${region}`,
    };
  },
  async apply(context) {
    if ((await findProxySubnet(context)) === undefined) await createProxySubnetwork(context);
  },
  async wait(context): Promise<Wait> {
    const found = await findProxySubnet(context);
    if (found !== undefined) return { state: 'ready', output: { subnetwork: found.name } };
    return { state: 'notYet', seen: 'creating the proxy-only subnet' };
  },
  continuesAfterCancel: 'creating the proxy-only subnet',
  undo: proxySubnetRemoval,
  deadlineMs: 10 * 60_000,
  expectMs: 15_000,
  retry: 'cloud',
};
