// Subnetworks: list, get, insert and delete, with rules by purpose.
// https://docs.cloud.google.com/load-balancing/docs/proxy-only-subnets
import { randomBytes } from 'node:crypto';
import type { SandboxContext } from '../../core/context.ts';
import { ApiError } from '../api-error.ts';
import type { ApiCall } from '../serve-api.ts';
import { textOf } from '../read-body.ts';
import type { Project, Subnetwork } from '../state.ts';
import { parseRange } from './address-range.ts';
import { rulesOf } from './forwarding-rules.ts';
import { compileFilter } from './list-filter.ts';
import { assertFree } from './network-ranges.ts';
import type { RegionOperations } from './operations.ts';
import { showSubnetwork } from './show-subnetwork.ts';
import { invalidField, lastSegment, resourceNotFound, selfLink } from './urls.ts';

const purposes = [
  'PRIVATE',
  'REGIONAL_MANAGED_PROXY',
  'GLOBAL_MANAGED_PROXY',
  'PRIVATE_SERVICE_CONNECT',
  'PRIVATE_NAT',
];

export function listSubnetworks(project: Project, region: string, call: ApiCall): unknown {
  const matches = compileFilter(call.query.get('filter') ?? '');
  const items = Object.values(project.compute.subnetworks[region] ?? {})
    .map((subnetwork) => showSubnetwork(project, subnetwork))
    .filter(matches);
  const size = Math.min(Number(call.query.get('maxResults') ?? 500) || 500, 500);
  const start = Number(call.query.get('pageToken') ?? 0) || 0;
  return {
    kind: 'compute#subnetworkList',
    id: `projects/${project.projectId}/regions/${region}/subnetworks`,
    items: items.slice(start, start + size),
    ...(start + size < items.length ? { nextPageToken: String(start + size) } : {}),
    selfLink: selfLink(`projects/${project.projectId}/regions/${region}/subnetworks`),
  };
}

/** @throws ApiError 404. */
export function findSubnetwork(project: Project, region: string, name: string): Subnetwork {
  const found = project.compute.subnetworks[region]?.[name];
  if (found === undefined) {
    throw resourceNotFound(`projects/${project.projectId}/regions/${region}/subnetworks/${name}`);
  }
  return found;
}

export function insertSubnetwork(
  ctx: SandboxContext,
  operations: RegionOperations,
  project: Project,
  region: string,
  call: ApiCall,
): unknown {
  const requestId = call.query.get('requestId') ?? undefined;
  const known = operations.known(project, requestId);
  if (known !== undefined) return known;
  const subnetwork = readSubnetwork(ctx, project, region, call.body);
  assertNew(project, subnetwork);
  assertRoom(project, subnetwork);
  return operations.start({ project, operationType: 'insert', subnetwork, requestId });
}

/** @throws ApiError 400 while machines or load balancers use it, 404 when it does not exist. */
export function deleteSubnetwork(
  operations: RegionOperations,
  project: Project,
  region: string,
  call: ApiCall,
): unknown {
  const subnetwork = findSubnetwork(project, region, call.params['subnetwork'] ?? '');
  const user = userOf(project, subnetwork);
  if (user !== undefined) {
    throw new ApiError(
      400,
      `The subnetwork resource 'projects/${project.projectId}/regions/${region}/subnetworks/${subnetwork.name}' is already being used by '${user}'`,
      { reason: 'resourceInUseByAnotherResource' },
    );
  }
  const requestId = call.query.get('requestId') ?? undefined;
  return operations.start({ project, operationType: 'delete', subnetwork, requestId });
}

/** Machines use a subnetwork by name; a load balancer's proxies use the active one of their network and region. */
function userOf(project: Project, { name, network, region, role }: Subnetwork): string | undefined {
  if (role === 'ACTIVE') {
    const rule = rulesOf(project).find((one) => one.network === network && one.region === region);
    if (rule === undefined) return undefined;
    return `projects/${project.projectId}/regions/${region}/forwardingRules/${rule.name}`;
  }
  return Object.entries(project.compute.holdings).find(
    ([, holding]) => holding.region === region && holding.subnetwork === name,
  )?.[0];
}

function readSubnetwork(
  ctx: SandboxContext,
  project: Project,
  region: string,
  body: Readonly<Record<string, unknown>>,
): Subnetwork {
  const name = textOf(body, 'name');
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    throw invalidField(
      'resource.name',
      name,
      "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'",
    );
  }
  const network = lastSegment(textOf(body, 'network'));
  if (project.compute.networks[network] === undefined) {
    throw resourceNotFound(`projects/${project.projectId}/global/networks/${network}`);
  }
  const purpose = textOf(body, 'purpose') || 'PRIVATE';
  if (!purposes.includes(purpose)) {
    throw invalidField('resource.purpose', purpose, 'Unknown purpose.');
  }
  const role = readRole(purpose, textOf(body, 'role'));
  return {
    id: randomBytes(8).readBigUInt64BE().toString(),
    name,
    description: textOf(body, 'description'),
    network,
    region,
    ipCidrRange: textOf(body, 'ipCidrRange'),
    purpose,
    ...(role === undefined ? {} : { role }),
    privateIpGoogleAccess: body['privateIpGoogleAccess'] === true,
    createdAt: new Date(ctx.clock.now()).toISOString(),
  };
}

/** A proxy-only subnetwork must have a role (active or backup); other subnetworks have none. */
function readRole(purpose: string, role: string): string | undefined {
  const isProxyOnly = purpose.endsWith('_MANAGED_PROXY');
  if (role === '' && !isProxyOnly) return undefined;
  if (!isProxyOnly) {
    throw invalidField('resource.role', role, `A subnetwork of purpose ${purpose} has no role.`);
  }
  if (role !== 'ACTIVE' && role !== 'BACKUP') {
    throw invalidField('resource.role', role, 'Must be ACTIVE or BACKUP.');
  }
  return role;
}

function assertNew(project: Project, { region, name }: Subnetwork): void {
  const isComing = Object.values(project.compute.operations).some(
    (operation) =>
      operation.status !== 'DONE' &&
      operation.operationType === 'insert' &&
      operation.subnetwork.region === region &&
      operation.subnetwork.name === name,
  );
  if (!isComing && project.compute.subnetworks[region]?.[name] === undefined) return;
  throw new ApiError(
    409,
    `The resource 'projects/${project.projectId}/regions/${region}/subnetworks/${name}' already exists`,
    { reason: 'alreadyExists' },
  );
}

function assertRoom(project: Project, subnetwork: Subnetwork): void {
  const { ipCidrRange, network, region, purpose, role } = subnetwork;
  const range = parseRange(ipCidrRange);
  if (range === undefined) {
    throw invalidField('resource.ipCidrRange', ipCidrRange, 'Must be a CIDR address range.');
  }
  const smallest = role === undefined ? 29 : 26;
  if (range.prefix > smallest) {
    throw invalidField(
      'resource.ipCidrRange',
      ipCidrRange,
      `The range must be a /${smallest} or larger.`,
    );
  }
  assertFree(project, network, ipCidrRange);
  for (const others of Object.values(project.compute.subnetworks)) {
    for (const other of Object.values(others)) {
      const isSecondActive =
        role === 'ACTIVE' &&
        other.role === 'ACTIVE' &&
        other.purpose === purpose &&
        other.network === network &&
        other.region === region;
      if (isSecondActive) {
        throw invalidField(
          'resource.role',
          'ACTIVE',
          `An active subnetwork with purpose ${purpose} already exists in the network and region: '${other.name}'.`,
        );
      }
    }
  }
}
