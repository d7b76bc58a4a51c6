// Compute Engine: regional quotas, networks and subnetworks.
import type { compute_v1 } from 'googleapis/build/src/apis/compute/index.js';
import { type Fault, LlmgwError, fail } from '../../kernel/errors.ts';
import type { AccessTokens } from '../shared/access-tokens.ts';
import { orMissing } from '../shared/faults.ts';
import { type CallGoogle, createCallGoogle } from './call.ts';
import { createNetworkRanges, type NetworkRanges } from './network-ranges.ts';
import {
  anything,
  forwardingRules as forwardingRulesAnswer,
  machineType as machineTypeAnswer,
  network as networkAnswer,
  projectQuotas as projectQuotasAnswer,
  region as regionAnswer,
  sharedVpcHost as sharedVpcHostAnswer,
  subnetworks as subnetworksAnswer,
} from './schema.ts';
import { allPages } from '../shared/pages.ts';

/** A limit of one region, or of a project in all regions. */
export interface RegionQuota {
  /** `C2_CPUS`, `CPUS`, `SSD_TOTAL_GB`, … */
  readonly metric: string;
  readonly limit: number;
  readonly usage: number;
}

export interface Region {
  readonly quotas: readonly RegionQuota[];
  /** Names of its zones. */
  readonly zones: readonly string[];
}

export interface MachineType {
  readonly cpus: number;
  readonly memoryMib: number;
  /** undefined if Compute Engine omits it. */
  readonly architecture: 'X86_64' | 'ARM64' | undefined;
}

export interface Subnetwork {
  readonly name: string;
  /** Name of the network it belongs to. */
  readonly network: string;
  readonly region: string;
  /** `PRIVATE`, `REGIONAL_MANAGED_PROXY`, `PRIVATE_SERVICE_CONNECT`, … */
  readonly purpose: string;
  readonly role: string | undefined;
  readonly ipCidrRange: string;
  /** Field for the ownership mark of llmgw. */
  readonly description: string;
}

interface Regions {
  /** undefined when there is no such region. */
  getRegion(projectId: string, region: string): Promise<Region | undefined>;
  /** undefined if the zone does not offer it. */
  getMachineType(projectId: string, zone: string, name: string): Promise<MachineType | undefined>;
  /** Quotas for all regions together, such as `CPUS_ALL_REGIONS`. */
  getProjectQuotas(projectId: string): Promise<readonly RegionQuota[]>;
  networkExists(projectId: string, network: string): Promise<boolean>;
  /** The project whose Shared VPC networks this one uses. */
  getSharedVpcHost(projectId: string): Promise<string | undefined>;
}

/** The front of a load balancer. */
export interface ForwardingRule {
  readonly name: string;
  readonly address: string;
  /** Name of its network; undefined for a rule without one. */
  readonly network: string | undefined;
  /** `EXTERNAL_MANAGED`, `INTERNAL_MANAGED`, `EXTERNAL`, … */
  readonly scheme: string;
}

interface Subnetworks {
  listSubnetworks(projectId: string, region: string): Promise<Subnetwork[]>;
  /**
   * Starts the insertion; the subnetwork is listed once it is done. No effect when the name is taken.
   * @throws refused/range_taken for a range that conflicts with another of the network or of its peers.
   */
  insertSubnetwork(projectId: string, subnetwork: Subnetwork): Promise<void>;
  /** A missing subnetwork counts as deleted. @throws transient/in_use while it is in use. */
  deleteSubnetwork(projectId: string, region: string, name: string): Promise<void>;
}

interface ForwardingRules {
  listForwardingRules(projectId: string, region: string): Promise<ForwardingRule[]>;
}

export interface ComputeClient extends Regions, Subnetworks, ForwardingRules, NetworkRanges {}

const lastSegment = (url: string): string => url.split('/').at(-1) ?? url;

export function createCompute(tokens: AccessTokens, rootUrl: string): ComputeClient {
  const call = createCallGoogle(tokens, 'compute.googleapis.com', rootUrl);
  const load = async () => {
    const { compute } = await import('googleapis/build/src/apis/compute/index.js');
    return compute({ version: 'v1' });
  };
  return {
    ...createRegions(call, load),
    ...createSubnetworks(call, load),
    ...createForwardingRules(call, load),
    ...createNetworkRanges(call, load),
  };
}

type LoadCompute = () => Promise<compute_v1.Compute>;

function createRegions(call: CallGoogle, load: LoadCompute): Regions {
  return {
    getRegion: async (project, region) => {
      const api = await load();
      const answer = await orMissing(
        call(
          { doing: `Reading region ${region}`, projectId: project },
          (auth, options) => api.regions.get({ project, region, auth }, options),
          regionAnswer,
        ),
      );
      if (answer === undefined) return undefined;
      return { quotas: answer.quotas, zones: answer.zones.map(lastSegment) };
    },
    getMachineType: async (project, zone, machineType) => {
      const api = await load();
      const answer = await orMissing(
        call(
          { doing: `Reading machine type ${machineType} in ${zone}`, projectId: project },
          (auth, options) => api.machineTypes.get({ project, zone, machineType, auth }, options),
          machineTypeAnswer,
        ),
      );
      if (answer === undefined) return undefined;
      const { guestCpus: cpus, memoryMb: memoryMib, architecture } = answer;
      return { cpus, memoryMib, architecture };
    },
    getProjectQuotas: async (project) => {
      const api = await load();
      const answer = await call(
        { doing: `Reading the quotas of project ${project}`, projectId: project },
        (auth, options) => api.projects.get({ project, auth }, options),
        projectQuotasAnswer,
      );
      return answer.quotas;
    },
    networkExists: async (project, network) => {
      const api = await load();
      const answer = await orMissing(
        call(
          { doing: `Reading network ${network}`, projectId: project },
          (auth, options) => api.networks.get({ project, network, auth }, options),
          networkAnswer,
        ),
      );
      return answer !== undefined;
    },
    getSharedVpcHost: async (project) => {
      const api = await load();
      const answer = await orMissing(
        call(
          { doing: `Looking for the Shared VPC host of project ${project}`, projectId: project },
          (auth, options) => api.projects.getXpnHost({ project, auth }, options),
          sharedVpcHostAnswer,
        ),
      );
      return answer?.name;
    },
  };
}

function createSubnetworks(call: CallGoogle, load: LoadCompute): Subnetworks {
  return {
    listSubnetworks: async (project, region) => {
      const api = await load();
      return allPages(async (page) => {
        const answer = await call(
          { doing: `Listing the subnetworks of ${region}`, projectId: project },
          (auth, options) => api.subnetworks.list({ project, region, ...page, auth }, options),
          subnetworksAnswer,
        );
        const items = answer.items.map(({ role, ...item }): Subnetwork => ({
          ...item,
          role,
          network: lastSegment(item.network),
          region,
        }));
        return { items, next: answer.nextPageToken };
      });
    },
    insertSubnetwork: async (project, { region, network, role, ...subnetwork }) => {
      const api = await load();
      const requestBody = {
        ...subnetwork,
        ...(role === undefined ? {} : { role }),
        network: `projects/${project}/global/networks/${network}`,
      };
      try {
        await call(
          { doing: `Creating subnetwork ${subnetwork.name} in ${region}`, projectId: project },
          (auth, options) =>
            api.subnetworks.insert({ project, region, requestBody, auth }, options),
          anything,
        );
      } catch (error) {
        if (!(error instanceof LlmgwError)) throw error;
        if (error.fault.code === 'already_exists') return;
        throw isAboutRange(error.fault) ? rangeTaken(error.fault, subnetwork.ipCidrRange) : error;
      }
    },
    deleteSubnetwork: async (project, region, subnetwork) => {
      const api = await load();
      await orMissing(
        call(
          { doing: `Deleting subnetwork ${subnetwork} in ${region}`, projectId: project },
          (auth, options) => api.subnetworks.delete({ project, region, subnetwork, auth }, options),
          anything,
        ),
      );
    },
  };
}

/** Compute Engine has one code for every invalid value: the field, or the text, names the range. */
const rangeWords =
  /resource\.ipCidrRange|IPCidrRange|\brange\b.{0,200}\b(conflict|overlap)|\b(conflict|overlap)\w*\b.{0,200}\b(range|subnet|peer|route)/is;

const isAboutRange = ({ code, message }: Fault): boolean =>
  (code === 'rejected' || code === 'in_use') && rangeWords.test(message);

const rangeTaken = ({ message }: Fault, range: string): LlmgwError =>
  fail('refused', 'range_taken', message, {
    next: `Set PROXY_SUBNET_RANGE to a range of /26 or larger that is free in the network and its peers, instead of ${range}; then retry.`,
  });

function createForwardingRules(call: CallGoogle, load: LoadCompute): ForwardingRules {
  return {
    listForwardingRules: async (project, region) => {
      const api = await load();
      return allPages(async (page) => {
        const answer = await call(
          { doing: `Listing the forwarding rules of ${region}`, projectId: project },
          (auth, options) => api.forwardingRules.list({ project, region, ...page, auth }, options),
          forwardingRulesAnswer,
        );
        const items = answer.items.map(
          ({ name, IPAddress: address, network, loadBalancingScheme }): ForwardingRule => ({
            name,
            address,
            network: network === undefined ? undefined : lastSegment(network),
            scheme: loadBalancingScheme,
          }),
        );
        return { items, next: answer.nextPageToken };
      });
    },
  };
}
