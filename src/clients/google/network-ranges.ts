// Used ranges of a VPC network: subnetworks of all regions, reservations, routes of peers.
import type { compute_v1 } from 'googleapis/build/src/apis/compute/index.js';
import { LlmgwError } from '../../kernel/errors.ts';
import { allPages } from '../shared/pages.ts';
import type { CallGoogle } from './call.ts';
import {
  addresses as addressesAnswer,
  aggregatedSubnetworks as aggregatedAnswer,
  networkPeerings as peeringsAnswer,
  peeringRoutes as routesAnswer,
} from './schema.ts';

export interface NetworkPlace {
  readonly projectId: string;
  readonly network: string;
  readonly region: string;
}

export interface NetworkRanges {
  /**
   * In CIDR notation. Incomplete if the bot may not read reservations or routes of peers, so Compute Engine may
   * still refuse a range that is not among them.
   */
  takenRanges(place: NetworkPlace): Promise<string[]>;
}

const lastSegment = (url: string): string => url.split('/').at(-1) ?? url;

export function createNetworkRanges(
  call: CallGoogle,
  load: () => Promise<compute_v1.Compute>,
): NetworkRanges {
  return {
    takenRanges: async (place) => {
      const ranges = await Promise.all([
        subnetworkRanges(call, load, place),
        visible(reservedRanges(call, load, place)),
        visible(peerRanges(call, load, place)),
      ]);
      return [...new Set(ranges.flat())];
    },
  };
}

type Read = (
  call: CallGoogle,
  load: () => Promise<compute_v1.Compute>,
  place: NetworkPlace,
) => Promise<string[]>;

const subnetworkRanges: Read = async (call, load, { projectId, network }) => {
  const api = await load();
  const found = await allPages(async (page) => {
    const answer = await call(
      { doing: `Listing the subnetworks of project ${projectId}`, projectId },
      (auth, options) =>
        api.subnetworks.aggregatedList({ project: projectId, ...page, auth }, options),
      aggregatedAnswer,
    );
    const items = Object.values(answer.items).flatMap(({ subnetworks }) => subnetworks);
    return { items, next: answer.nextPageToken };
  });
  return found
    .filter((one) => lastSegment(one.network) === network)
    .flatMap(({ ipCidrRange, secondaryIpRanges }) => [
      ipCidrRange,
      ...secondaryIpRanges.map((one) => one.ipCidrRange),
    ]);
};

/** Of private services access, as Apigee X has them: a /22 and a /28. */
const reservedRanges: Read = async (call, load, { projectId, network }) => {
  const api = await load();
  const found = await allPages(async (page) => {
    const answer = await call(
      { doing: `Listing the reserved ranges of project ${projectId}`, projectId },
      (auth, options) => api.globalAddresses.list({ project: projectId, ...page, auth }, options),
      addressesAnswer,
    );
    return { items: answer.items, next: answer.nextPageToken };
  });
  return found.flatMap(({ address, prefixLength, network: of }) =>
    of === undefined || lastSegment(of) !== network ? [] : [`${address}/${prefixLength ?? 32}`],
  );
};

const peerRanges: Read = async (call, load, { projectId, network, region }) => {
  const api = await load();
  const { peerings } = await call(
    { doing: `Looking at network ${network}`, projectId },
    (auth, options) => api.networks.get({ project: projectId, network, auth }, options),
    peeringsAnswer,
  );
  const found = await Promise.all(
    peerings.map(({ name: peeringName }) =>
      allPages(async (page) => {
        const of = { project: projectId, network, peeringName, region, direction: 'INCOMING' };
        const answer = await call(
          { doing: `Listing the routes of peering ${peeringName}`, projectId },
          (auth, options) => api.networks.listPeeringRoutes({ ...of, ...page, auth }, options),
          routesAnswer,
        );
        return { items: answer.items, next: answer.nextPageToken };
      }),
    ),
  );
  return found.flat().map(({ destRange }) => destRange);
};

/** Ranges that the bot may not read are left to Compute Engine, which refuses a conflicting range. */
async function visible(reading: Promise<string[]>): Promise<string[]> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof LlmgwError && error.fault.kind === 'permanent') return [];
    throw error;
  }
}
