// One cheap look at a gateway: the world as `status` reads it, and the few objects that can drift unseen by it.
import { toFault } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { Check } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { provision } from '../../provision/runbook.ts';
import { brokenProtection, rootCause } from '../status/root-cause.ts';
import { readWorld, unreadParts } from '../status/world.ts';
import type { Look } from './incidents.ts';

export interface LookContext {
  readonly env: ProvisionEnv;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What one look tells; whether a run is at work is seen elsewhere. */
type SingleLook = Exclude<Look, { state: 'busy' | 'unseen' }>;

export async function lookAt(context: LookContext): Promise<SingleLook> {
  const { env, signal } = context;
  const world = await readWorld(env, signal);
  const open = brokenProtection(world);
  if (open !== undefined) return { state: 'open', ...open };
  const cause = rootCause(world);
  if (cause !== undefined) return { state: 'degraded', cause };
  if (world.unreadable.length > 0) {
    return { state: 'unknown', cause: `It could not be read: ${unreadParts(world)}.` };
  }
  if (world.cluster === undefined) return { state: 'absent' };
  return (await findDrift(context)) ?? { state: 'ready' };
}

/** The first step that would change something, and what. */
async function findDrift({ env, log, signal }: LookContext): Promise<SingleLook | undefined> {
  const target = env.gateway.name;
  const context = { env, runId: 'watch', target, input: {}, outputs: {}, signal, log };
  for (const step of provision.steps.filter(({ driftsSilently }) => driftsSilently === true)) {
    try {
      const cause = describe(await step.check(context));
      if (cause !== undefined) return { state: 'degraded', cause: `${step.title}: ${cause}` };
    } catch (error) {
      signal.throwIfAborted();
      const { message } = toFault(error);
      return { state: 'unknown', cause: `${step.title} could not be checked: ${message}` };
    }
  }
  return undefined;
}

function describe(found: Check): string | undefined {
  switch (found.state) {
    case 'done':
      return undefined;
    case 'needed':
      return `${found.reason}.`;
    case 'drifted':
      return `somebody has changed ${found.what.join(', ')}.`;
    case 'refused':
      return found.why.message;
  }
}
