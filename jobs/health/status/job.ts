// The job `status`: how a gateway is now, with the first cause where it is not ready.
import type { GatewayStatus, StatusContext } from './audience.ts';
import type { StatusPayload } from './payload.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { observe } from '../../../src/gateway/observe.ts';
import { runInput } from '../../../src/gateway/options.ts';
import { isAppOf } from '../../../src/gateway/resources.ts';
import { withGateway } from '../../../src/kernel/named-commands.ts';
import { provision } from '../../provision/runbook.ts';
import { whyNotReady } from './sentence.ts';

export async function status(
  context: StatusContext,
  { gateway, to }: StatusPayload,
): Promise<void> {
  const env = await context.env(gateway);
  const [found, keys] = await Promise.all([
    readStatus(context, gateway),
    countKeys(env, context.signal),
  ]);
  await context.audience.showStatus(to, { ...found, keys });
}

export async function readStatus(
  context: Pick<StatusContext, 'env' | 'runs' | 'signal' | 'log'>,
  gateway: string,
): Promise<GatewayStatus> {
  const { runs, signal, log } = context;
  const options = await runs.options(gateway);
  const env = await context.env(gateway, options);
  const activeRun = () => runs.holding(gateway);
  const input = runInput(env.gateway, options);
  const look = { runbook: provision, env, input, runId: 'status', activeRun, signal, log };
  const [seen, lastRun, lease] = await Promise.all([
    observe(look, 'glance'),
    runs.last(gateway),
    runs.lease(gateway),
  ]);
  const cause = whyNotReady(seen);
  return {
    gateway,
    state: seen.state,
    cause: cause === undefined ? undefined : withGateway(cause, gateway),
    endpoint: seen.endpoint,
    model: env.gateway.model,
    pods: seen.pods,
    provenAt: seen.provenAt,
    lease,
    lastRun,
  };
}

/** Of no weight for the state: a count that cannot be read is left out. */
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
