// State of Google's control plane, one record per project, with its seed.
import type { FailsOperations } from '../core/operation-errors.ts';
import type { Seed } from '../core/context.ts';

/** `operationErrors` is keyed by kind: `services` and, of subnetworks, `insert` and `delete`. */
export interface GoogleState extends FailsOperations {
  /** Access tokens by value; expiry in ms since the epoch. */
  tokens: Record<string, number>;
  caller: Caller;
  projects: Record<string, Project>;
  /** Whether new accounts and APIs propagate with a delay; absent: immediately. */
  propagates?: boolean;
}

/** The service account of the metadata server. */
export interface Caller {
  email: string;
  /** Missing permissions, e.g. `container.clusters.create`; it holds every other. */
  deniedPermissions: string[];
  /** Number of its account's project, which calls count against; absent: the accessed project. */
  homeNumber?: string;
  /** Form of the error for a person's token without a quota project; absent: `not_set`. */
  quotaRefusal?: 'not_set' | 'not_used';
}

export interface Project {
  projectId: string;
  projectNumber: string;
  displayName: string;
  lifecycle: 'ACTIVE' | 'DELETE_REQUESTED';
  /** '' when billing is off. */
  billingAccount: string;
  /** Names of the enabled APIs, e.g. `compute.googleapis.com`. */
  enabledServices: string[];
  /** Time from which an enabled API answers (real ms); one that is not listed already does. */
  servicesEffectiveAt?: Record<string, number>;
  serviceOperations: Record<string, ServiceOperation>;
  policy: Policy;
  serviceAccounts: Record<string, ServiceAccount>;
  /** PROJECT.svc.id.goog exists: permanently, from the first cluster with Workload Identity on. */
  hasWorkloadPool: boolean;
  /** Project with its Shared VPC networks. Absent: none. */
  sharedVpcHost?: string;
  compute: ComputeState;
}

export interface ServiceOperation {
  name: string;
  services: string[];
  enable: boolean;
  done: boolean;
  error?: { code: number; message: string };
  /** Real ms since the epoch. */
  due: number;
}

export interface Policy {
  version: number;
  etag: string;
  bindings: Binding[];
  /** Effective time of a grant (real ms), by `role member`; one that is not listed is in effect. */
  effectiveAt: Record<string, number>;
}

export interface Binding {
  role: string;
  members: string[];
  condition?: unknown;
}

export interface ServiceAccount {
  email: string;
  uniqueId: string;
  displayName: string;
  description: string;
  etag: string;
  disabled: boolean;
  policy: Policy;
  /** Time from which it is known everywhere (real ms); absent: it already is. */
  knownAt?: number;
}

export interface ComputeState {
  networks: Record<string, Network>;
  /** By region, then name. */
  subnetworks: Record<string, Record<string, Subnetwork>>;
  /** Global internal addresses of purpose VPC_PEERING; absent: none. */
  reservedRanges?: ReservedRange[];
  /** Limits by region, then metric. */
  quotas: Record<string, Record<string, number>>;
  /** Limit of CPUS_ALL_REGIONS; absent: 200. */
  cpusAllRegions?: number;
  /** Resources of other services, by owner. */
  holdings: Record<string, Holding>;
  /** Of load balancers, by name; absent: none. */
  forwardingRules?: Record<string, ForwardingRule>;
  operations: Record<string, ComputeOperation>;
  /** Zone -> its unavailable machine types. */
  stockouts: Record<string, string[]>;
}

export interface Network {
  id: string;
  name: string;
  autoCreateSubnetworks: boolean;
  createdAt: string;
  /** Absent: none. */
  peerings?: Peering[];
}

export interface Peering {
  name: string;
  /** `projects/P/global/networks/N`, usually of another project. */
  network: string;
  /** Ranges of the peer's subnetworks, imported as routes. */
  ranges: string[];
}

/** A reserved range of a network for the networks of services, such as Apigee's. */
export interface ReservedRange {
  name: string;
  network: string;
  address: string;
  prefixLength: number;
}

export interface Subnetwork {
  id: string;
  name: string;
  description: string;
  network: string;
  region: string;
  ipCidrRange: string;
  /** Secondary ranges of pods and services; absent: none. */
  secondaryIpRanges?: { rangeName: string; ipCidrRange: string }[];
  purpose: string;
  role?: string;
  privateIpGoogleAccess: boolean;
  createdAt: string;
}

/** Machines that count against a region's quotas. */
export interface Holding {
  region: string;
  network: string;
  subnetwork: string;
  /** Metric -> amount, e.g. `{ C2_CPUS: 48 }`. */
  amounts: Record<string, number>;
}

/** The front of a load balancer whose proxies run in the region's proxy-only subnetwork. */
export interface ForwardingRule {
  id: string;
  name: string;
  /** The cluster of its gateway. */
  owner: string;
  region: string;
  network: string;
  address: string;
  ports: number[];
  createdAt: string;
}

export interface ComputeOperation {
  id: string;
  name: string;
  region: string;
  operationType: 'insert' | 'delete';
  targetLink: string;
  targetId: string;
  user: string;
  status: 'PENDING' | 'RUNNING' | 'DONE';
  startedAt: string;
  /** Real ms since the epoch. */
  due: number;
  error?: { code: number; message: string };
  /** The subnetwork that the operation creates or deletes. */
  subnetwork: Subnetwork;
}

/** A new user's project: billed, with a network and an Apigee organization, and half of its APIs disabled. */
export function seedGoogle(seed: Seed): GoogleState {
  const { projectId, region } = seed;
  return {
    tokens: {},
    caller: {
      email: `llmgw-bot@${projectId}.iam.gserviceaccount.com`,
      deniedPermissions: [],
    },
    projects: { [projectId]: seedProject(seed, region) },
  };
}

function seedProject(seed: Seed, region: string): Project {
  const { projectId, projectNumber, network, subnet } = seed;
  const createdAt = '2026-01-05T09:00:00.000-08:00';
  return {
    projectId,
    projectNumber,
    displayName: 'LLM demo',
    lifecycle: 'ACTIVE',
    billingAccount: 'billingAccounts/012345-6789AB-CDEF01',
    enabledServices: [
      'apigee.googleapis.com',
      'cloudbilling.googleapis.com',
      'cloudresourcemanager.googleapis.com',
      'compute.googleapis.com',
      'iam.googleapis.com',
      'logging.googleapis.com',
      'monitoring.googleapis.com',
      'serviceusage.googleapis.com',
      'storage.googleapis.com',
    ],
    serviceOperations: {},
    policy: {
      version: 1,
      etag: 'BwYtWq0sBQE=',
      bindings: [{ role: 'roles/owner', members: ['user:olivia@example.com'] }],
      effectiveAt: {},
    },
    serviceAccounts: {},
    hasWorkloadPool: false,
    compute: {
      networks: {
        [network]: {
          id: '4815162342108151',
          name: network,
          autoCreateSubnetworks: true,
          createdAt,
        },
      },
      subnetworks: {
        [region]: {
          [subnet]: {
            id: '4815162342108152',
            name: subnet,
            description: '',
            network,
            region,
            ipCidrRange: '10.128.0.0/20',
            purpose: 'PRIVATE',
            privateIpGoogleAccess: false,
            createdAt,
          },
        },
      },
      quotas: { [region]: seedQuotas() },
      holdings: {},
      operations: {},
      stockouts: {},
    },
  };
}

function seedQuotas(): Record<string, number> {
  return {
    CPUS: 72,
    C2_CPUS: 64,
    N2_CPUS: 24,
    DISKS_TOTAL_GB: 4096,
    SSD_TOTAL_GB: 500,
    IN_USE_ADDRESSES: 8,
    STATIC_ADDRESSES: 8,
    INSTANCES: 72,
    INSTANCE_GROUP_MANAGERS: 150,
    NVIDIA_L4_GPUS: 1,
  };
}
