// What is true of the gateway now: read from the world, with the root cause named when it is not ready.
import { guidance, slashCommand } from '../../../src/kernel/guidance.ts';
import type { StatusContext } from './audience.ts';
import type { GatewayStatus } from './audience.ts';
import type { StatusPayload } from './payload.ts';
import { rootCause } from './root-cause.ts';
import { type World, readWorld, unreadParts } from './world.ts';

export async function status(
  context: StatusContext,
  { gateway, to }: StatusPayload,
): Promise<void> {
  await context.audience.showStatus(to, await readStatus(context, gateway));
}

export async function readStatus(
  context: Pick<StatusContext, 'env' | 'runs' | 'signal'>,
  gateway: string,
): Promise<GatewayStatus> {
  const { runs, signal } = context;
  const env = await context.env(gateway);
  const [world, holding, lastRun, lease] = await Promise.all([
    readWorld(env, signal),
    runs.holding(gateway),
    runs.last(gateway),
    runs.lease(gateway),
  ]);
  const { state, cause } = judge(world, holding);
  return {
    gateway,
    state,
    cause,
    endpoint: world.endpoint,
    model: env.gateway.model,
    pods: world.pods,
    provenAt: world.proof?.at,
    keys: world.keys,
    lease,
    lastRun,
  };
}

function judge(world: World, holding: string | undefined): Pick<GatewayStatus, 'state' | 'cause'> {
  const found = rootCause(world);
  if (holding !== undefined) {
    return { state: 'provisioning', cause: `The run ${holding} is at work.` };
  }
  if (world.unreadable.length > 0 && found === undefined) {
    return { state: 'unknown', cause: `Could not be read: ${unreadParts(world)}.` };
  }
  if (world.cluster === undefined) {
    return world.unreadable.length > 0
      ? { state: 'unknown', cause: `Could not be read: ${unreadParts(world)}.` }
      : {
          state: 'absent',
          cause: guidance`There is no cluster; an operator brings one up with ${slashCommand('provision')}.`,
        };
  }
  return found === undefined
    ? { state: 'ready', cause: undefined }
    : { state: 'degraded', cause: found };
}
