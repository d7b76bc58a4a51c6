// Gateway environments: configuration, clients, options of the last provisioning run.
import {
  type ProvisioningStep,
  gatewayAt,
  movedSince,
  formatPlace,
  whereaboutsOf,
} from './last-provisioning.ts';
import type { ProvisionEnv } from './env.ts';
import {
  type ConfigurationChange,
  type ProvisionOptions,
  effectiveGateway,
  lastOptions,
} from './options.ts';
import type { Clients } from '../clients/clients.ts';
import type { Config, GatewayConfig } from '../kernel/config.ts';
import { fail } from '../kernel/errors.ts';
import type { Redactor } from '../kernel/redaction.ts';
import type { RunStore } from '../engine/run-store.ts';

export function configuredGateway(config: Config, name: string): GatewayConfig {
  const gateway = Object.hasOwn(config.gateways, name) ? config.gateways[name] : undefined;
  if (gateway !== undefined) return gateway;
  throw fail('invalid', 'unknown_gateway', `There is no gateway named ${name}.`, {
    next: `Use one of these gateways: ${Object.keys(config.gateways).join(', ')}.`,
  });
}

export interface Provisioned {
  readonly env: ProvisionEnv;
  readonly moved: readonly ConfigurationChange[];
  /** Other places in which earlier runs have created resources, as text. */
  readonly elsewhere: readonly string[];
}

export interface Envs {
  envs(gateway: string, options?: ProvisionOptions): Promise<ProvisionEnv>;
  provisioned(gateway: string): Promise<Provisioned>;
}

/** A gateway's environment: its clients hold connections, and are shared by all options. */
export function createEnvs(
  { config, redactor }: { readonly config: Config; readonly redactor: Redactor },
  clients: Clients,
  store: RunStore,
  steps: readonly ProvisioningStep[],
): Envs {
  const { charts, chartsPlainHttp } = config.endpoints;
  const envOf = (gateway: GatewayConfig) => ({
    neighbours: Object.values(config.gateways).filter(({ name }) => name !== gateway.name),
    gateway,
    clients,
    charts: { prefix: charts, plainHttp: chartsPlainHttp },
    hfToken: () => config.hfToken,
    keepSecret: redactor.register,
  });
  return {
    envs: async (name, options) => {
      const gateway = configuredGateway(config, name);
      return envOf(effectiveGateway(gateway, options ?? (await lastOptions(store, name))));
    },
    provisioned: async (name) => {
      const configured = configuredGateway(config, name);
      const [{ last, earlier }, options] = await Promise.all([
        whereaboutsOf(store, name, steps),
        lastOptions(store, name),
      ]);
      return {
        env: envOf(effectiveGateway(gatewayAt(configured, last), options)),
        moved: movedSince(last, configured),
        elsewhere: earlier.map(formatPlace),
      };
    },
  };
}
