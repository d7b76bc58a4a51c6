// Preconditions of the network: it and its subnetworks exist, and the one that the load balancer's proxies live in.
import type { Subnetwork } from '../../../src/clients/google/compute.ts';
import { type Fault, fail } from '../../../src/errors.ts';
import { madeFor } from '../marks.ts';
import type { Context } from '../objects.ts';

export async function checkNetwork({ env }: Context): Promise<Fault[]> {
  const { clients, gateway } = env;
  const { projectId, network, region } = gateway;
  if (!(await clients.compute.networkExists(projectId, network))) {
    return [
      fail('refused', 'no_network', `There is no network ${network} in project ${projectId}`, {
        next: `Correct NETWORK, or run \`gcloud compute networks create ${network} --project ${projectId}\`.`,
      }).fault,
    ];
  }
  const subnetworks = await clients.compute.listSubnetworks(projectId, region);
  const wanted = new Map([
    [gateway.subnet, 'SUBNET'],
    ...(gateway.pscSubnet === gateway.subnet ? [] : [[gateway.pscSubnet, 'PSC_SUBNET'] as const]),
  ]);
  return [...wanted]
    .filter(([name]) => !subnetworks.some((one) => one.name === name && one.network === network))
    .map(
      ([name, variable]) =>
        fail('refused', 'no_subnet', `Network ${network} has no subnetwork ${name} in ${region}`, {
          next: `Correct ${variable}, or run \`gcloud compute networks subnets create ${name} --network ${network} --region ${region} --range RANGE --project ${projectId}\`.`,
        }).fault,
    );
}

/** A regional external load balancer runs its proxies in a subnetwork of their own; nobody makes it by itself. */
export async function findProxySubnet({ env }: Context): Promise<Subnetwork | undefined> {
  const { projectId, network, region } = env.gateway;
  const subnetworks = await env.clients.compute.listSubnetworks(projectId, region);
  return subnetworks.find(
    (one) =>
      one.network === network && one.purpose === 'REGIONAL_MANAGED_PROXY' && one.role !== 'BACKUP',
  );
}

export async function createProxySubnet({ env }: Context): Promise<void> {
  const { name, projectId, network, region } = env.gateway;
  const existing = await env.clients.compute.listSubnetworks(projectId, region);
  const taken = existing.filter((one) => one.network === network).map((one) => one.ipCidrRange);
  await env.clients.compute.insertSubnetwork(projectId, {
    name: proxySubnetName(region),
    description: madeFor(name),
    network,
    region,
    purpose: 'REGIONAL_MANAGED_PROXY',
    role: 'ACTIVE',
    ipCidrRange: freeRange(taken),
  });
}

export const proxySubnetName = (region: string): string => `llmgw-proxy-only-${region}`;

/**
 * A /23 (what Google recommends for proxies) below the 10.128.0.0/9 that automatic networks use.
 * @param taken ranges in CIDR notation.
 */
export function freeRange(taken: readonly string[]): string {
  for (let second = 127; second >= 64; second -= 1) {
    const range = `10.${second}.0.0/23`;
    if (!taken.some((other) => overlap(range, other))) return range;
  }
  throw fail('refused', 'no_free_range', 'No range is free for the proxy-only subnetwork', {
    next: 'Create a subnetwork of purpose REGIONAL_MANAGED_PROXY and role ACTIVE in the region by hand.',
  });
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [bounds(one), bounds(other)];
  return a !== undefined && b !== undefined && a.first <= b.last && b.first <= a.last;
}

function bounds(range: string): { first: number; last: number } | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(range);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 32] = match.slice(1).map(Number);
  const size = 2 ** (32 - prefix);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}
