// Compute Engine for other services: quotas, networks, proxy-only subnetworks, stockouts.
import { randomBytes } from 'node:crypto';
import type { SandboxContext } from '../../core/context.ts';
import type { ForwardingRule, GoogleState, Holding, Project } from '../state.ts';
import { defaultQuotas, type MachineType, machineType } from './catalogue.ts';
import { rulesOf } from './forwarding-rules.ts';

export interface Shortage {
  readonly metric: string;
  readonly required: number;
  readonly limit: number;
  readonly available: number;
}

export interface Compute {
  hasNetwork(projectId: string, network: string): boolean;
  hasSubnetwork(projectId: string, region: string, subnetwork: string): boolean;
  /** True with an active proxy-only subnetwork, which an Envoy-based load balancer needs. */
  hasProxyOnlySubnet(projectId: string, network: string, region: string): boolean;
  machineType(name: string): MachineType | undefined;
  /** The first quota that these amounts exceed. */
  shortage(
    projectId: string,
    region: string,
    amounts: Readonly<Record<string, number>>,
  ): Shortage | undefined;
  /** Counts machines against the quotas under an owner's name until their release. */
  hold(projectId: string, owner: string, holding: Holding): void;
  /** Also removes its load balancers: none outlives its cluster here. */
  release(projectId: string, owner: string): void;
  /** The front of an existing load balancer; the same name replaces it. */
  addForwardingRule(projectId: string, rule: Omit<ForwardingRule, 'id' | 'createdAt'>): void;
  removeForwardingRule(projectId: string, name: string): void;
  /** Names of the existing forwarding rules of all projects. */
  forwardingRules(): string[];
  isStockedOut(projectId: string, zone: string, machineType: string): boolean;
  /** The limit of CPUs in all regions that the owner exceeds, after all earlier owners. */
  globalShortage(projectId: string, owner: string): number | undefined;
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
      const compute = of(projectId);
      delete compute?.holdings[owner];
      for (const rule of Object.values(compute?.forwardingRules ?? {})) {
        if (rule.owner === owner) delete compute?.forwardingRules?.[rule.name];
      }
      ctx.changed('google');
    },
    addForwardingRule: (projectId, rule) => {
      const compute = of(projectId);
      const rules = compute === undefined ? {} : (compute.forwardingRules ??= {});
      const { id, createdAt } = rules[rule.name] ?? {
        id: randomBytes(8).readBigUInt64BE().toString(),
        createdAt: new Date(ctx.clock.now()).toISOString(),
      };
      const after = { id, createdAt, ...rule };
      if (JSON.stringify(rules[rule.name]) === JSON.stringify(after)) return;
      rules[rule.name] = after;
      ctx.changed('google');
    },
    removeForwardingRule: (projectId, name) => {
      delete of(projectId)?.forwardingRules?.[name];
      ctx.changed('google');
    },
    forwardingRules: () =>
      Object.values(state.projects).flatMap((project) => rulesOf(project).map(({ name }) => name)),
    isStockedOut: (projectId, zone, type) =>
      of(projectId)?.stockouts[zone]?.includes(type) === true,
    globalShortage: (projectId, owner) => {
      const project = state.projects[projectId];
      if (project === undefined) return undefined;
      const holdings = Object.entries(project.compute.holdings);
      const own = holdings.findIndex(([name]) => name === owner);
      const taken = cpusOf(holdings.slice(0, own + 1).map(([, holding]) => holding));
      const { limit } = cpusOfAllRegions(project);
      return taken > limit ? limit : undefined;
    },
  };
}

/** A region's limits: the defaults, overridden by the project's own. */
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

/** CPUs of every family and region also count against this one limit. */
export function cpusOfAllRegions({ compute }: Project): { limit: number; usage: number } {
  return { limit: compute.cpusAllRegions ?? 200, usage: cpusOf(Object.values(compute.holdings)) };
}

const cpusOf = (holdings: readonly Holding[]): number =>
  holdings
    .flatMap(({ amounts }) => Object.entries(amounts))
    .filter(([metric]) => metric === 'CPUS' || metric.endsWith('_CPUS'))
    .reduce((sum, [, amount]) => sum + amount, 0);
