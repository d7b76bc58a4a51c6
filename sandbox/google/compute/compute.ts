// What other services ask of Compute Engine: machines against quotas, networks, proxy-only subnetworks, stockouts.
import type { SandboxContext } from '../../core/context.ts';
import type { GoogleState, Holding, Project } from '../state.ts';
import { defaultQuotas, type MachineType, machineType } from './catalogue.ts';

export interface Shortage {
  readonly metric: string;
  readonly required: number;
  readonly limit: number;
  readonly available: number;
}

export interface Compute {
  hasNetwork(projectId: string, network: string): boolean;
  hasSubnetwork(projectId: string, region: string, subnetwork: string): boolean;
  /** Is there an active proxy-only subnetwork, which an Envoy-based load balancer needs? */
  hasProxyOnlySubnet(projectId: string, network: string, region: string): boolean;
  machineType(name: string): MachineType | undefined;
  /** The first quota that these amounts do not fit into. */
  shortage(
    projectId: string,
    region: string,
    amounts: Readonly<Record<string, number>>,
  ): Shortage | undefined;
  /** Counts machines against the quotas under an owner's name until they are released. */
  hold(projectId: string, owner: string, holding: Holding): void;
  release(projectId: string, owner: string): void;
  isStockedOut(projectId: string, zone: string, machineType: string): boolean;
}

export function createCompute(ctx: SandboxContext, state: GoogleState): Compute {
  const of = (projectId: string) => state.projects[projectId]?.compute;
  return {
    hasNetwork: (projectId, network) => of(projectId)?.networks[network] !== undefined,
    hasSubnetwork: (projectId, region, subnetwork) =>
      of(projectId)?.subnetworks[region]?.[subnetwork] !== undefined,
    hasProxyOnlySubnet: (projectId, network, region) =>
      Object.values(of(projectId)?.subnetworks[region] ?? {}).some(
        (subnet) =>
          subnet.network === network &&
          subnet.purpose === 'REGIONAL_MANAGED_PROXY' &&
          subnet.role === 'ACTIVE',
      ),
    machineType,
    shortage: (projectId, region, amounts) => {
      for (const [metric, required] of Object.entries(amounts)) {
        const { limit, usage } = quota(state, projectId, region, metric);
        const available = Math.max(0, limit - usage);
        if (required > available) return { metric, required, limit, available };
      }
      return undefined;
    },
    hold: (projectId, owner, holding) => {
      const compute = of(projectId);
      if (compute !== undefined) compute.holdings[owner] = holding;
      ctx.changed('google');
    },
    release: (projectId, owner) => {
      delete of(projectId)?.holdings[owner];
      ctx.changed('google');
    },
    isStockedOut: (projectId, zone, type) =>
      of(projectId)?.stockouts[zone]?.includes(type) === true,
  };
}

/** A region's limits: the defaults, and what the project has over them. */
export function quotaLimits(
  state: GoogleState,
  projectId: string,
  region: string,
): Record<string, number> {
  return { ...defaultQuotas, ...state.projects[projectId]?.compute.quotas[region] };
}

export function quota(
  state: GoogleState,
  projectId: string,
  region: string,
  metric: string,
): { limit: number; usage: number } {
  const holdings = Object.values(state.projects[projectId]?.compute.holdings ?? {});
  const usage = holdings
    .filter((holding) => holding.region === region)
    .reduce((sum, holding) => sum + (holding.amounts[metric] ?? 0), 0);
  return { limit: quotaLimits(state, projectId, region)[metric] ?? 0, usage };
}

/** CPUs of every family and region count against this one limit too. */
export function cpusOfAllRegions({ compute }: Project): { limit: number; usage: number } {
  const usage = Object.values(compute.holdings)
    .flatMap(({ amounts }) => Object.entries(amounts))
    .filter(([metric]) => metric === 'CPUS' || metric.endsWith('_CPUS'))
    .reduce((sum, [, amount]) => sum + amount, 0);
  return { limit: compute.cpusAllRegions ?? 200, usage };
}
