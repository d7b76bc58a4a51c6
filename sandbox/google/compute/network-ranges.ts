// Allocated ranges of a network: subnetworks, reservations for services, routes of peers.
// https://docs.cloud.google.com/vpc/docs/subnets#ipv4-ranges
import type { ApiCall } from '../serve-api.ts';
import type { Project } from '../state.ts';
import { overlaps, parseRange } from './address-range.ts';
import { showSubnetwork } from './show-subnetwork.ts';
import { invalidField, resourceNotFound, selfLink } from './urls.ts';

interface TakenRange {
  readonly range: string;
  /** The end of an error sentence: `conflicts with existing …`. */
  readonly words: string;
}

function takenRanges({ compute }: Project, network: string): TakenRange[] {
  const inNetwork = Object.values(compute.subnetworks)
    .flatMap((region) => Object.values(region))
    .filter((one) => one.network === network);
  const reserved = (compute.reservedRanges ?? []).filter((one) => one.network === network);
  return [
    ...inNetwork.map(({ name, region, ipCidrRange }) => ({
      range: ipCidrRange,
      words: `conflicts with existing subnetwork '${name}' in region '${region}'.`,
    })),
    ...inNetwork.flatMap(({ name, region, secondaryIpRanges = [] }) =>
      secondaryIpRanges.map(({ rangeName, ipCidrRange }) => ({
        range: ipCidrRange,
        words: `conflicts with secondary range '${rangeName}' of subnetwork '${name}' in region '${region}'.`,
      })),
    ),
    ...reserved.map(({ name, address, prefixLength }) => ({
      range: `${address}/${prefixLength}`,
      words: `overlaps with the allocated range '${name}'.`,
    })),
    ...(compute.networks[network]?.peerings ?? []).flatMap((peering) =>
      peering.ranges.map((range) => ({
        range,
        words: `overlaps with a subnetwork of the peer network '${peering.network}'.`,
      })),
    ),
  ];
}

/** @throws ApiError 400 for a range that overlaps an allocated one. */
export function assertFree(project: Project, network: string, ipCidrRange: string): void {
  const range = parseRange(ipCidrRange);
  if (range === undefined) return;
  const conflict = takenRanges(project, network).find((one) => {
    const taken = parseRange(one.range);
    return taken !== undefined && overlaps(range, taken);
  });
  if (conflict === undefined) return;
  throw invalidField(
    'resource.ipCidrRange',
    ipCidrRange,
    `Invalid IPCidrRange: ${ipCidrRange} ${conflict.words}`,
  );
}

export function aggregatedSubnetworks(project: Project): unknown {
  const items = Object.entries(project.compute.subnetworks).map(([region, subnetworks]) => {
    const all = Object.values(subnetworks).map((one) => showSubnetwork(project, one));
    const warning = { code: 'NO_RESULTS_ON_PAGE', message: 'There are no results for scope.' };
    return [`regions/${region}`, all.length === 0 ? { warning } : { subnetworks: all }];
  });
  return {
    kind: 'compute#subnetworkAggregatedList',
    id: `projects/${project.projectId}/aggregated/subnetworks`,
    items: Object.fromEntries(items) as unknown,
    selfLink: selfLink(`projects/${project.projectId}/aggregated/subnetworks`),
  };
}

export function globalAddresses(project: Project): unknown {
  const path = `projects/${project.projectId}/global/addresses`;
  const items = (project.compute.reservedRanges ?? []).map((one) => ({
    kind: 'compute#address',
    name: one.name,
    address: one.address,
    prefixLength: one.prefixLength,
    addressType: 'INTERNAL',
    purpose: 'VPC_PEERING',
    status: 'RESERVED',
    network: selfLink(`projects/${project.projectId}/global/networks/${one.network}`),
    selfLink: selfLink(`${path}/${one.name}`),
  }));
  return {
    kind: 'compute#addressList',
    id: path,
    ...(items.length === 0 ? {} : { items }),
    selfLink: selfLink(path),
  };
}

export function showPeerings({ compute }: Project, network: string): object {
  const peerings = compute.networks[network]?.peerings;
  if (peerings === undefined) return {};
  return {
    peerings: peerings.map(({ name, network: peer }) => ({
      name,
      network: selfLink(peer),
      state: 'ACTIVE',
      stateDetails: '[CONNECTED]: Connected.',
      exchangeSubnetRoutes: true,
    })),
  };
}

export function peeringRoutes(project: Project, network: string, { query }: ApiCall): unknown {
  const path = `projects/${project.projectId}/global/networks/${network}`;
  const found = project.compute.networks[network];
  if (found === undefined) throw resourceNotFound(path);
  const named = query.get('peeringName');
  const items = (found.peerings ?? [])
    .filter(({ name }) => named === null || name === named)
    .flatMap(({ ranges }) => ranges)
    .map((destRange) => ({
      destRange,
      type: 'SUBNET_PEERING_ROUTE',
      nextHopRegion: query.get('region') ?? '',
      priority: 0,
      imported: true,
    }));
  return {
    kind: 'compute#exchangedPeeringRoutesList',
    id: `${path}/peeringRoutes`,
    ...(items.length === 0 ? {} : { items }),
  };
}
