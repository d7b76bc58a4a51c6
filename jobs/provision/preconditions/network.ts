// Preconditions of the network: subnets and a free range for proxies.
import type { Subnetwork } from '../../../src/clients/google/compute.ts';
import { type Fault, LlmgwError, fail } from '../../../src/kernel/errors.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import {
  conflictOf,
  freeRange,
  isActiveProxySubnet,
  proxySubnetName,
} from '../step-parts/proxy-subnet.ts';

export async function checkNetwork({ env }: Context): Promise<Fault[]> {
  const { clients, gateway } = env;
  const { projectId, network, region } = gateway;
  if (!(await clients.compute.networkExists(projectId, network))) {
    const host = await clients.compute.getSharedVpcHost(projectId);
    if (host !== undefined) return [sharedVpc(env.gateway, host)];
    return [
      fail('refused', 'no_network', `Network ${network} not found in project ${projectId}`, {
        next: `Correct NETWORK, or run \`gcloud compute networks create ${network} --project ${projectId}\`.`,
      }).fault,
    ];
  }
  const [all, taken] = await Promise.all([
    clients.compute.listSubnetworks(projectId, region),
    clients.compute.takenRanges({ projectId, network, region }),
  ]);
  const seen: Seen = { projectId, network, region, all, taken };
  const { subnet, pscSubnet, proxySubnetRange } = gateway;
  return [
    ...checkSubnet(seen, forNodes, subnet),
    ...(pscSubnet === subnet ? [] : checkSubnet(seen, forPsc, pscSubnet)),
    ...checkProxyRange(seen, proxySubnetRange),
  ];
}

function sharedVpc(
  { projectId, network }: { readonly projectId: string; readonly network: string },
  host: string,
): Fault {
  const text = `Project ${projectId} has no network ${network} of its own: it uses the Shared VPC of project ${host}, which llmgw does not support`;
  return fail('refused', 'no_network', text, {
    next: `Set NETWORK, SUBNET and PSC_SUBNET to networks in ${projectId} itself, or PROJECT_ID to a project with a network of its own.`,
    details: { host },
  }).fault;
}

interface Seen {
  readonly projectId: string;
  readonly network: string;
  readonly region: string;
  /** Subnets of the region, in all networks. */
  readonly all: readonly Subnetwork[];
  /** Ranges of the network, in any region. */
  readonly taken: readonly string[];
}

interface Use {
  readonly variable: string;
  readonly user: string;
  /** Accepted purposes; new subnets get the first. */
  readonly purposes: readonly string[];
  readonly prefix: number;
}

const forNodes: Use = {
  variable: 'SUBNET',
  user: 'the cluster nodes',
  purposes: ['PRIVATE'],
  prefix: 20,
};
const forPsc: Use = {
  variable: 'PSC_SUBNET',
  user: 'Private Service Connect',
  // A consumer's endpoint is in an ordinary subnetwork; the operator's guide names the producer's kind, too.
  purposes: ['PRIVATE', 'PRIVATE_SERVICE_CONNECT'],
  prefix: 24,
};

function checkSubnet(seen: Seen, use: Use, name: string): Fault[] {
  const { network, region } = seen;
  const inNetwork = seen.all.filter((one) => one.network === network);
  const found = inNetwork.find((one) => one.name === name);
  if (found === undefined) {
    const text = `Network ${network} has no subnet ${name} in ${region} for ${use.user}`;
    const next = `Correct ${use.variable}, or run \`${creation(seen, use, name)}\`.`;
    return [fail('refused', 'no_subnet', text, { next }).fault];
  }
  if (use.purposes.includes(found.purpose)) return [];
  const text = `Subnet ${name} has purpose ${found.purpose}, which does not fit ${use.user}`;
  const fit = inNetwork.filter(({ purpose }) => use.purposes.includes(purpose));
  const others = fit.map((one) => one.name).join(' or ');
  const next =
    others === ''
      ? `Create a subnet for ${use.variable}: \`${creation(seen, use, 'NAME')}\`.`
      : `Set ${use.variable} to ${others}.`;
  return [fail('refused', 'subnet_purpose', text, { next }).fault];
}

function creation({ projectId, network, region, taken }: Seen, use: Use, name: string): string {
  const purpose = use.purposes[0] === 'PRIVATE' ? '' : ` --purpose ${use.purposes[0]}`;
  const range = rangeOr(taken, use.prefix) ?? 'RANGE';
  return `gcloud compute networks subnets create ${name} --network ${network} --region ${region} --range ${range}${purpose} --project ${projectId}`;
}

/** A new proxy-only subnet needs a free range and a free name. */
function checkProxyRange(
  { projectId, network, region, all, taken }: Seen,
  wanted: string | undefined,
): Fault[] {
  if (all.some((one) => isActiveProxySubnet(one, network))) return [];
  const name = proxySubnetName(network);
  if (all.some((one) => one.name === name)) {
    const text = `Subnet ${name} exists, but is not an active proxy-only subnet of network ${network}`;
    return [
      fail('refused', 'name_taken', text, {
        next: `Run \`gcloud compute networks subnets delete ${name} --region ${region} --project ${projectId}\`; llmgw then creates it again.`,
      }).fault,
    ];
  }
  if (wanted !== undefined) {
    const conflict = conflictOf(wanted, taken);
    if (conflict === undefined) return [];
    const text = `PROXY_SUBNET_RANGE ${wanted} overlaps ${conflict}, which network ${network} or a peer of it uses`;
    return [
      fail('refused', 'range_taken', text, {
        next: 'Set PROXY_SUBNET_RANGE to another range of /26 or larger, or unset it: llmgw then chooses one.',
      }).fault,
    ];
  }
  if (rangeOr(taken) !== undefined) return [];
  const text = `Network ${network} has no free range for a proxy-only subnet in ${region}`;
  return [
    fail('refused', 'no_free_range', text, {
      next: `Run \`gcloud compute networks subnets create ${name} --network ${network} --region ${region} --purpose REGIONAL_MANAGED_PROXY --role ACTIVE --range RANGE --project ${projectId}\` with a RANGE of /26 or larger, or set PROXY_SUBNET_RANGE to it.`,
    }).fault,
  ];
}

function rangeOr(taken: readonly string[], prefix?: number): string | undefined {
  try {
    return freeRange(taken, prefix);
  } catch (error) {
    if (error instanceof LlmgwError) return undefined;
    throw error;
  }
}
