// Status job: the state of a gateway, with the root cause.
import type { GatewayStatus, StatusContext } from './notifier.ts';
import type { StatusPayload } from './payload.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { isAppOf } from '../../../src/gateway/resources.ts';
import { lastConfigured, observeGateway } from './observe-gateway.ts';
import { whyNotReady } from './why-not-ready.ts';

export async function status(
  context: StatusContext,
  { gateway, to }: StatusPayload,
): Promise<void> {
  const configured = await lastConfigured(context, gateway);
  const [found, keys] = await Promise.all([
    readStatus(context, configured),
    countKeys(configured.env, context.signal),
  ]);
  await context.notifier.showStatus(to, { ...found, keys });
}

export async function readStatus(
  context: Pick<StatusContext, 'runs' | 'signal' | 'log'>,
  configured: Parameters<typeof observeGateway>[1],
): Promise<GatewayStatus> {
  const gateway = configured.env.gateway.name;
  const [seen, lastRun, lease] = await Promise.all([
    observeGateway(context, configured, 'glance'),
    context.runs.last(gateway),
    context.runs.lease(gateway),
  ]);
  const { state, endpoint, model, pods, provenAt } = seen;
  return {
    gateway,
    state,
    cause: whyNotReady(seen),
    endpoint,
    model,
    pods,
    provenAt,
    lease,
    lastRun,
  };
}

/** Does not affect the state: undefined if it cannot be read. */
async function countKeys(env: ProvisionEnv, signal: AbortSignal): Promise<number | undefined> {
  const { clients, gateway } = env;
  try {
    const isOurs = isAppOf(gateway.name);
    const found = await clients.apigee(gateway).developersWithApp(isOurs, signal);
    return found.flatMap(({ apps }) => apps.filter(isOurs)).length;
  } catch {
    // Never a rejection, not of an abort either: on one, the observation rejects first.
    return undefined;
  }
}
