// Compute Engine v1 API: regions, zones, machine types, networks, subnetworks, operations.
// https://docs.cloud.google.com/compute/docs/reference/rest/v1
import type { SandboxContext } from '../../core/context.ts';
import type { Timers } from '../../core/timers.ts';
import { findProject } from '../find-project.ts';
import type { Api, ApiCall, ApiMethod } from '../serve-api.ts';
import type { GoogleState, Project } from '../state.ts';
import { machineType, regionOf, zonesOf } from './catalogue.ts';
import { cpusOfAllRegions, quota, quotaLimits } from './compute.ts';
import { listForwardingRules } from './forwarding-rules.ts';
import { createRegionOperations } from './operations.ts';
import {
  deleteSubnetwork,
  findSubnetwork,
  insertSubnetwork,
  listSubnetworks,
} from './subnetworks.ts';
import {
  aggregatedSubnetworks,
  globalAddresses,
  peeringRoutes,
  showPeerings,
} from './network-ranges.ts';
import { showSubnetwork } from './show-subnetwork.ts';
import { resourceNotFound, selfLink } from './urls.ts';

export function createComputeApi(ctx: SandboxContext, state: GoogleState, timers: Timers): Api {
  return {
    service: 'compute',
    host: 'compute.googleapis.com',
    title: 'Compute Engine API',
    prefix: '/compute',
    methods: [...placeMethods(state), ...subnetworkMethods(ctx, state, timers)],
  };
}

const root = '/compute/v1/projects/{project}';

function placeMethods(state: GoogleState): ApiMethod[] {
  const project = (call: ApiCall): Project => findProject(state, call.params['project']);
  return [
    {
      id: 'compute.projects.get',
      verb: 'GET',
      path: root,
      permission: 'compute.projects.get',
      answer: (call) => showProject(project(call)),
    },
    {
      id: 'compute.projects.getXpnHost',
      verb: 'GET',
      path: `${root}/getXpnHost`,
      permission: 'compute.projects.get',
      answer: (call) => {
        const { sharedVpcHost } = project(call);
        return sharedVpcHost === undefined
          ? {}
          : { kind: 'compute#project', name: sharedVpcHost, xpnProjectStatus: 'HOST' };
      },
    },
    {
      id: 'compute.regions.get',
      verb: 'GET',
      path: `${root}/regions/{region}`,
      permission: 'compute.regions.get',
      answer: (call) => showRegion(state, project(call), regionParam(project(call), call)),
    },
    {
      id: 'compute.zones.get',
      verb: 'GET',
      path: `${root}/zones/{zone}`,
      permission: 'compute.zones.get',
      answer: (call) => showZone(project(call), zoneParam(project(call), call)),
    },
    {
      id: 'compute.machineTypes.get',
      verb: 'GET',
      path: `${root}/zones/{zone}/machineTypes/{machineType}`,
      permission: 'compute.machineTypes.get',
      answer: (call) => {
        const zone = zoneParam(project(call), call);
        return showMachineType(project(call), zone, call.params['machineType'] ?? '');
      },
    },
    {
      id: 'compute.networks.get',
      verb: 'GET',
      path: `${root}/global/networks/{network}`,
      permission: 'compute.networks.get',
      answer: (call) => showNetwork(project(call), call.params['network'] ?? ''),
    },
    {
      id: 'compute.networks.listPeeringRoutes',
      verb: 'GET',
      path: `${root}/global/networks/{network}/listPeeringRoutes`,
      permission: 'compute.networks.listPeeringRoutes',
      answer: (call) => peeringRoutes(project(call), call.params['network'] ?? '', call),
    },
    {
      id: 'compute.globalAddresses.list',
      verb: 'GET',
      path: `${root}/global/addresses`,
      permission: 'compute.globalAddresses.list',
      answer: (call) => globalAddresses(project(call)),
    },
    {
      id: 'compute.subnetworks.aggregatedList',
      verb: 'GET',
      path: `${root}/aggregated/subnetworks`,
      permission: 'compute.subnetworks.list',
      answer: (call) => aggregatedSubnetworks(project(call)),
    },
  ];
}

function subnetworkMethods(ctx: SandboxContext, state: GoogleState, timers: Timers): ApiMethod[] {
  const operations = createRegionOperations(ctx, state, timers);
  const place = (call: ApiCall): { project: Project; region: string } => {
    const project = findProject(state, call.params['project']);
    return { project, region: regionParam(project, call) };
  };
  const collection = `${root}/regions/{region}/subnetworks`;
  const operation = `${root}/regions/{region}/operations/{operation}`;
  return [
    {
      id: 'compute.subnetworks.list',
      verb: 'GET',
      path: collection,
      permission: 'compute.subnetworks.list',
      answer: (call) => listSubnetworks(place(call).project, place(call).region, call),
    },
    {
      id: 'compute.subnetworks.get',
      verb: 'GET',
      path: `${collection}/{subnetwork}`,
      permission: 'compute.subnetworks.get',
      answer: (call) => {
        const { project, region } = place(call);
        const found = findSubnetwork(project, region, call.params['subnetwork'] ?? '');
        return showSubnetwork(project, found);
      },
    },
    {
      id: 'compute.subnetworks.insert',
      verb: 'POST',
      path: collection,
      permission: 'compute.subnetworks.create',
      answer: (call) =>
        insertSubnetwork(ctx, operations, place(call).project, place(call).region, call),
    },
    {
      id: 'compute.subnetworks.delete',
      verb: 'DELETE',
      path: `${collection}/{subnetwork}`,
      permission: 'compute.subnetworks.delete',
      answer: (call) => deleteSubnetwork(operations, place(call).project, place(call).region, call),
    },
    {
      id: 'compute.forwardingRules.list',
      verb: 'GET',
      path: `${root}/regions/{region}/forwardingRules`,
      permission: 'compute.forwardingRules.list',
      answer: (call) => listForwardingRules(place(call).project, place(call).region, call),
    },
    {
      id: 'compute.regionOperations.get',
      verb: 'GET',
      path: operation,
      permission: 'compute.regionOperations.get',
      answer: (call) =>
        operations.get(place(call).project, place(call).region, call.params['operation'] ?? ''),
    },
    {
      id: 'compute.regionOperations.wait',
      verb: 'POST',
      path: `${operation}/wait`,
      permission: 'compute.regionOperations.get',
      answer: (call) =>
        operations.wait(place(call).project, place(call).region, call.params['operation'] ?? ''),
    },
  ];
}

function regionParam(project: Project, call: ApiCall): string {
  const region = call.params['region'] ?? '';
  if (zonesOf(region) !== undefined) return region;
  throw resourceNotFound(`projects/${project.projectId}/regions/${region}`);
}

function zoneParam(project: Project, call: ApiCall): string {
  const zone = call.params['zone'] ?? '';
  if (regionOf(zone) !== undefined) return zone;
  throw resourceNotFound(`projects/${project.projectId}/zones/${zone}`);
}

function showRegion(state: GoogleState, project: Project, region: string): unknown {
  const { projectId } = project;
  const link = (partial: string): string => selfLink(`projects/${projectId}/${partial}`);
  return {
    kind: 'compute#region',
    id: '1000',
    name: region,
    description: region,
    status: 'UP',
    zones: (zonesOf(region) ?? []).map((zone) => link(`zones/${zone}`)),
    quotas: Object.keys(quotaLimits(state, projectId, region)).map((metric) => ({
      metric,
      ...quota(state, projectId, region, metric),
    })),
    selfLink: link(`regions/${region}`),
  };
}

function showProject(project: Project): unknown {
  const { projectId } = project;
  return {
    kind: 'compute#project',
    id: project.projectNumber,
    name: projectId,
    quotas: [{ metric: 'CPUS_ALL_REGIONS', ...cpusOfAllRegions(project) }],
    selfLink: selfLink(`projects/${projectId}`),
  };
}

function showZone({ projectId }: Project, zone: string): unknown {
  return {
    kind: 'compute#zone',
    id: '2000',
    name: zone,
    description: zone,
    status: 'UP',
    region: selfLink(`projects/${projectId}/regions/${regionOf(zone)}`),
    selfLink: selfLink(`projects/${projectId}/zones/${zone}`),
  };
}

function showMachineType({ projectId }: Project, zone: string, name: string): unknown {
  const path = `projects/${projectId}/zones/${zone}/machineTypes/${name}`;
  const found = machineType(name);
  if (found === undefined) throw resourceNotFound(path);
  return {
    kind: 'compute#machineType',
    id: '3000',
    name,
    description: `${found.cpus} vCPUs, ${found.memoryMb / 1024} GB RAM`,
    guestCpus: found.cpus,
    memoryMb: found.memoryMb,
    architecture: found.architecture,
    zone,
    isSharedCpu: false,
    selfLink: selfLink(path),
  };
}

function showNetwork(project: Project, name: string): unknown {
  const path = `projects/${project.projectId}/global/networks/${name}`;
  const network = project.compute.networks[name];
  if (network === undefined) throw resourceNotFound(path);
  const subnetworks = Object.values(project.compute.subnetworks)
    .flatMap((region) => Object.values(region))
    .filter((subnetwork) => subnetwork.network === name)
    .map((subnetwork) => showSubnetwork(project, subnetwork)['selfLink']);
  return {
    kind: 'compute#network',
    id: network.id,
    creationTimestamp: network.createdAt,
    name,
    autoCreateSubnetworks: network.autoCreateSubnetworks,
    subnetworks,
    routingConfig: { routingMode: 'REGIONAL' },
    ...showPeerings(project, name),
    selfLink: selfLink(path),
  };
}
