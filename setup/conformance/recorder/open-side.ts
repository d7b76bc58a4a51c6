// One side's clients, and a scrubber that knows its secrets and names.
import * as resources from '../../../src/gateway/resources.ts';
import type { Clients } from '../../../src/clients/clients.ts';
import { connectClients } from '../../../src/clients/connect.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { type Config, configuredSecrets } from '../../../src/kernel/config.ts';
import { createLog, type Log } from '../../../src/kernel/log.ts';
import { createRedactor, type Redactor } from '../../../src/kernel/redaction.ts';
import { boltLog } from '../../../src/slack/send/bolt-log.ts';
import { createSlackApi, type SlackApi } from '../../../src/slack/send/clients.ts';
import type { ServiceUrls } from '../compare/recording.ts';
import { createScrubber, type Scrubber } from '../compare/scrub.ts';

export interface Side {
  readonly config: Config;
  readonly clients: Clients;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly slack: SlackApi;
  context(signal: AbortSignal): Context;
}

export function openSide(config: Config, scrubber: Scrubber): Side {
  const shared = createRedactor(configuredSecrets(config));
  const redactor: Redactor = {
    ...shared,
    register: (secret) => {
      shared.register(secret);
      scrubber.hide(secret, 'secret');
    },
  };
  const log = createLog({ level: 'fatal', redactor, write: () => undefined });
  const clients = connectClients(config, { redactor, log });
  const { slack: endpoint, charts, chartsPlainHttp } = config.endpoints;
  const { botToken: token } = config.slack;
  const gateway = Object.values(config.gateways)[0];
  if (gateway === undefined) throw new Error('No gateway is configured.');
  const env: ProvisionEnv = {
    gateway,
    clients,
    charts: { prefix: charts, plainHttp: chartsPlainHttp },
    hfToken: () => config.hfToken,
    keepSecret: redactor.register,
  };
  return {
    config,
    clients,
    redactor,
    log,
    slack: createSlackApi({ token, apiUrl: endpoint, logger: boltLog(log), timeoutMs: 10_000 }),
    context: (signal) => ({
      env,
      runId: 'conformance',
      target: gateway.name,
      input: {},
      outputs: {},
      signal,
      log,
    }),
  };
}

/** @param variables of the environment: the values of secret ones are hidden. */
export function scrubberFor(
  config: Config,
  variables: Readonly<Record<string, string | undefined>>,
): Scrubber {
  const scrubber = createScrubber();
  for (const secret of configuredSecrets(config)) scrubber.hide(secret, 'secret');
  for (const [name, value = ''] of Object.entries(variables)) {
    // Variables unknown to the bot may also be secret, and could appear in a message.
    const isSecret = /TOKEN|SECRET|PASSWORD|CREDENTIAL|(^|_)KEY$/.test(name);
    if (isSecret && value.length >= 8) scrubber.hide(value, 'secret');
  }
  for (const gateway of Object.values(config.gateways)) {
    scrubber.hide(gateway.projectId, 'project');
    for (const name of ownNames(gateway.name)) scrubber.keep(name);
    for (const name of [gateway.region, gateway.zone, gateway.machineType, gateway.model]) {
      scrubber.keep(name);
    }
  }
  return scrubber;
}

/** Names of the objects that llmgw creates. */
function ownNames(gateway: string): string[] {
  const refs = [
    resources.gatewayRef,
    resources.routeRef,
    resources.modelServerRef,
    resources.pickerRef,
    resources.operatorRef,
    resources.trafficExtensionRef,
    resources.operationSetRef,
    resources.backendServiceRef(gateway),
    resources.productRef(gateway),
  ];
  return [...refs.map(({ name }) => name), resources.operatorFlow, 'default', 'apim', 'llmgw'];
}

export function serviceUrls({ endpoints }: Config): ServiceUrls {
  const { slack, apigee, iam, serviceUsage, resourceManager, compute, billing, huggingFace } =
    endpoints;
  return {
    slack,
    apigee,
    iam,
    serviceusage: serviceUsage,
    resourcemanager: resourceManager,
    compute,
    billing,
    huggingface: huggingFace,
  };
}
