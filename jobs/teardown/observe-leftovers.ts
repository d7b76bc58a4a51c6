// Leftovers of a gateway: resources to delete and resources to keep.
import type { Context } from '../../src/gateway/objects.ts';
import { provision } from '../provision/runbook.ts';
import type { TeardownInput } from './options.ts';
import { remainingApps } from './remove-apps.ts';
import { inventoryOfAll } from './inventory.ts';

export interface Surroundings {
  /** Names, in the order of creation. */
  readonly goes: string[];
  /** Created outside llmgw, or kept on purpose. */
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
  const others = [...foreign.map((name) => `${name} (not created by llmgw)`), ...shared];
  return removeApps
    ? { goes: [...ours, ...apps], stays: others }
    : { goes: [...ours], stays: [...others, ...apps] };
}
