// Proxy-only subnet: lookup, creation in a free range, and removal.
import type { Subnetwork } from '../../../src/clients/google/compute.ts';
import type { GatewayConfig } from '../../../src/kernel/config.ts';
import { LlmgwError, fail } from '../../../src/kernel/errors.ts';
import type { Removal } from '../../../src/engine/step.ts';
import { readEndpoint } from '../../../src/gateway/endpoint.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { isMadeFor, madeFor } from '../../../src/gateway/ownership.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { emptyInventory } from './removal.ts';
import { orWithoutCluster } from '../../../src/gateway/without-cluster.ts';

/** A regional external load balancer needs a proxy-only subnet, which Google does not create. */
export async function findProxySubnet({ env }: Context): Promise<Subnetwork | undefined> {
  const { projectId, network, region } = env.gateway;
  const subnetworks = await env.clients.compute.listSubnetworks(projectId, region);
  return subnetworks.find((one) => isActiveProxySubnet(one, network));
}

export const isActiveProxySubnet = (subnetwork: Subnetwork, network: string): boolean =>
  subnetwork.network === network &&
  subnetwork.purpose === 'REGIONAL_MANAGED_PROXY' &&
  subnetwork.role !== 'BACKUP';

/** Ranges that Compute Engine is asked for, one after the other, before a person has to choose. */
const mostCandidates = 8;

/** @throws refused/no_free_range, refused/range_taken */
export async function createProxySubnetwork({ env }: Context): Promise<void> {
  const { name, projectId, network, region, proxySubnetRange } = env.gateway;
  const { compute } = env.clients;
  const candidates =
    proxySubnetRange === undefined
      ? freeRanges(await compute.takenRanges({ projectId, network, region }))
      : [proxySubnetRange];
  let refusal: unknown;
  for (const ipCidrRange of candidates.slice(0, mostCandidates)) {
    try {
      await compute.insertSubnetwork(projectId, {
        name: proxySubnetName(network),
        description: madeFor(name),
        network,
        region,
        purpose: 'REGIONAL_MANAGED_PROXY',
        role: 'ACTIVE',
        ipCidrRange,
      });
      return;
    } catch (error) {
      // Ranges of peers, and of static routes, are not all visible: the next one may be free.
      if (!(error instanceof LlmgwError) || error.fault.code !== 'range_taken') throw error;
      refusal = error;
    }
  }
  throw refusal ?? noFreeRange();
}

/** All Envoy-based load balancers of the network and region share it, so the last gateway deletes it. */
export const proxySubnetRemoval: Removal<ProvisionEnv> = {
  title: 'Delete proxy-only subnet',
  expectMs: 20_000,
  continuesAfterCancel: 'deleting the proxy-only subnet',
  async inventory(context) {
    const found = await madeSubnet(context);
    if (found === undefined) return emptyInventory;
    const name = `Subnet ${found.name}`;
    if (!isOfThisBot(context, found)) return { ours: [], foreign: [name] };
    const users = await otherUsers(context);
    return users.length === 0
      ? { ours: [name], foreign: [] }
      : { ours: [], foreign: [], shared: [`${name} (used by ${users.join(' and ')})`] };
  },
  async remove(context) {
    const { clients, gateway } = context.env;
    const found = await madeSubnet(context);
    if (found === undefined || !isOfThisBot(context, found)) return;
    if ((await otherUsers(context)).length > 0) return;
    await clients.compute.deleteSubnetwork(gateway.projectId, gateway.region, found.name);
  },
};

/** Any gateway of this network and region may have created it. */
function isOfThisBot({ env }: Context, { description }: Subnetwork): boolean {
  return [env.gateway, ...sharing(env)].some(({ name }) => isMadeFor(description, name));
}

function sharing({ gateway, neighbours = [] }: ProvisionEnv): GatewayConfig[] {
  return neighbours.filter(
    ({ projectId, network, region }) =>
      projectId === gateway.projectId && network === gateway.network && region === gateway.region,
  );
}

/**
 * Other users: gateways with a cluster, or else any other load balancer.
 * Teardown checks after its own cluster is gone, so that the second of two concurrent teardowns finds none.
 */
async function otherUsers(context: Context): Promise<string[]> {
  const { env } = context;
  const found = await Promise.all(
    sharing(env).map(async ({ name, projectId, zone, clusterName }) => {
      const place = { projectId, location: zone, name: clusterName };
      const cluster = await orWithoutCluster(env.clients.gke.getCluster(place), undefined);
      return cluster === undefined ? [] : [`gateway ${name}`];
    }),
  );
  const neighbours = found.flat();
  return neighbours.length > 0 ? neighbours : otherLoadBalancers(context);
}

async function otherLoadBalancers({ env, signal }: Context): Promise<string[]> {
  const { projectId, network, region } = env.gateway;
  const rules = await env.clients.compute.listForwardingRules(projectId, region);
  const inIt = rules.filter((rule) => rule.network === network && rule.scheme.endsWith('_MANAGED'));
  if (inIt.length === 0) return [];
  const own = await readEndpoint(env, signal);
  const address = own === undefined ? undefined : new URL(own).hostname.replace(/^\[|\]$/g, '');
  return inIt.flatMap((rule) => (rule.address === address ? [] : [`forwarding rule ${rule.name}`]));
}

async function madeSubnet({ env }: Context): Promise<Subnetwork | undefined> {
  const { projectId, network, region } = env.gateway;
  const subnetworks = await env.clients.compute.listSubnetworks(projectId, region);
  return subnetworks.find((one) => one.name === proxySubnetName(network));
}

/** One per network and region, as subnet names are unique within a region. */
export const proxySubnetName = (network: string): string =>
  `llmgw-proxy-only-${network}`.slice(0, 63).replace(/-+$/, '');

/**
 * A /23, which Google recommends, below the 10.128.0.0/9 of automatic networks.
 * @param taken ranges in CIDR notation.
 * @throws refused/no_free_range
 */
export function freeRange(taken: readonly string[], prefix = 23): string {
  const [first] = freeRanges(taken, prefix);
  if (first === undefined) throw noFreeRange();
  return first;
}

function freeRanges(taken: readonly string[], prefix = 23): string[] {
  const seconds = Array.from({ length: 128 }, (_, index) => 127 - index);
  return seconds
    .map((second) => `10.${second}.0.0/${prefix}`)
    .filter((range) => !taken.some((other) => overlap(range, other)));
}

function noFreeRange(): LlmgwError {
  return fail('refused', 'no_free_range', 'No free range for the proxy-only subnet', {
    next: 'Set PROXY_SUBNET_RANGE to a free range of /26 or larger, or create a subnet with purpose REGIONAL_MANAGED_PROXY and role ACTIVE in the region.',
  });
}

/** The first of the ranges that a range conflicts with. */
export const conflictOf = (range: string, taken: readonly string[]): string | undefined =>
  taken.find((other) => overlap(range, other));

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
