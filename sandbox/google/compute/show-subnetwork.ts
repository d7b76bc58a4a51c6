// A subnetwork in Compute Engine's form.
import type { Project, Subnetwork } from '../state.ts';
import { selfLink } from './urls.ts';

export function showSubnetwork(project: Project, subnetwork: Subnetwork): Record<string, unknown> {
  const { id, name, description, network, region, ipCidrRange, purpose, role } = subnetwork;
  const { secondaryIpRanges } = subnetwork;
  const { projectId } = project;
  const first = ipCidrRange.split('/')[0] ?? '';
  return {
    kind: 'compute#subnetwork',
    id,
    creationTimestamp: subnetwork.createdAt,
    name,
    ...(description === '' ? {} : { description }),
    network: selfLink(`projects/${projectId}/global/networks/${network}`),
    ipCidrRange,
    ...(secondaryIpRanges === undefined ? {} : { secondaryIpRanges }),
    gatewayAddress: first.replace(/\d+$/, (octet) => String(Number(octet) + 1)),
    region: selfLink(`projects/${projectId}/regions/${region}`),
    selfLink: selfLink(`projects/${projectId}/regions/${region}/subnetworks/${name}`),
    privateIpGoogleAccess: subnetwork.privateIpGoogleAccess,
    purpose,
    ...(role === undefined ? {} : { role, state: 'READY' }),
    stackType: 'IPV4_ONLY',
  };
}
