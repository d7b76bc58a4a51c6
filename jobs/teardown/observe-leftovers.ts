// What a teardown would take away now, and what it would leave: asked before it, and once more as its proof.
import type { Context } from '../../src/gateway/objects.ts';
import { provision } from '../provision/runbook.ts';
import type { TeardownInput } from './options.ts';
import { remainingApps } from './remove-apps.ts';
import { inventoryOfAll } from './inventory.ts';

export interface Surroundings {
  /** Names for people, in the order in which it was made. */
  readonly goes: string[];
  /** Made by somebody else, or kept on purpose. */
  readonly stays: string[];
}

export async function observeLeftovers(
  context: Context,
  { removeApps }: TeardownInput,
): Promise<Surroundings> {
  const [{ ours, foreign, shared = [] }, apps] = await Promise.all([
    inventoryOfAll(provision.steps, context),
    remainingApps(context),
  ]);
  const others = [...foreign.map((name) => `${name} (not made by llmgw)`), ...shared];
  return removeApps
    ? { goes: [...ours, ...apps], stays: others }
    : { goes: [...ours], stays: [...others, ...apps] };
}
