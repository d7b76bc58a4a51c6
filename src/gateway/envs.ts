// The environments of gateways: configuration, clients and what their last provisioning run chose.
import type { JobContext } from '../../jobs/context.ts';
import { gatewayAt, movedSince, placeInWords, whereaboutsOf } from './last-provisioning.ts';
import { runbooks } from '../../jobs/index.ts';
import { effectiveGateway, lastOptions, readProvisionInput } from './options.ts';
import { provision } from '../../jobs/provision/runbook.ts';
import type { Clients } from '../clients/clients.ts';
import type { Config, GatewayConfig } from '../kernel/config.ts';
import { fail } from '../kernel/errors.ts';
import type { Redactor } from '../kernel/redaction.ts';
import type { RunStore } from '../engine/run-store.ts';
import { bindRunbook } from '../engine/worker-options.ts';

export function configuredGateway(config: Config, name: string): GatewayConfig {
  const gateway = Object.hasOwn(config.gateways, name) ? config.gateways[name] : undefined;
  if (gateway !== undefined) return gateway;
  throw fail('invalid', 'unknown_gateway', `There is no gateway named ${name}.`, {
    next: `Known gateways: ${Object.keys(config.gateways).join(', ')}.`,
  });
}

export interface Envs {
  readonly envs: JobContext['env'];
  readonly provisioned: JobContext['provisioned'];
}

/** A gateway's environment: its clients hold connections, and are the same for whatever options. */
export function createEnvs(
  { config, redactor }: { readonly config: Config; readonly redactor: Redactor },
  clients: Clients,
  store: RunStore,
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
        whereaboutsOf(store, name),
        lastOptions(store, name),
      ]);
      return {
        env: envOf(effectiveGateway(gatewayAt(configured, last), options)),
        moved: movedSince(last, configured),
        elsewhere: earlier.map(placeInWords),
      };
    },
  };
}

/** Each runbook with the environment of its gateway. */
export function boundRunbooks(envs: JobContext['env'], provisioned: JobContext['provisioned']) {
  return Object.fromEntries(
    runbooks.map((runbook) => [
      runbook.name,
      bindRunbook(runbook, async (target, input) =>
        runbook.name === provision.name
          ? envs(target, readProvisionInput(input))
          : (await provisioned(target)).env,
      ),
    ]),
  );
}
