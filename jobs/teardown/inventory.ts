// Inventory of a gateway, gathered from every provision step in parallel.
import type { FaultCode } from '../../src/kernel/fault-codes.ts';
import { LlmgwError } from '../../src/kernel/errors.ts';
import type { Removal, Inventory, Step, Undo } from '../../src/engine/step.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import type { Context } from '../../src/gateway/objects.ts';
import { mergeInventories, emptyInventory } from '../provision/step-parts/removal.ts';

/** Without the API or the cluster, no resource can exist. */
const absences: readonly FaultCode[] = ['api_disabled', 'no_cluster'];

export async function inventoryOf(
  removal: Pick<Removal<ProvisionEnv>, 'inventory'>,
  context: Context,
): Promise<Inventory> {
  try {
    return await removal.inventory(context);
  } catch (error) {
    if (error instanceof LlmgwError && absences.includes(error.fault.code)) return emptyInventory;
    throw error;
  }
}

/** In the order of creation. */
export async function inventoryOfAll(
  steps: readonly Pick<Step<ProvisionEnv>, 'undo'>[],
  context: Context,
): Promise<Inventory> {
  const removals = steps.flatMap(({ undo }) => (isRemoval(undo) ? [undo] : []));
  const found = await Promise.all(removals.map((removal) => inventoryOf(removal, context)));
  return mergeInventories(...found);
}

export const isRemoval = (undo: Undo<ProvisionEnv>): undo is Removal<ProvisionEnv> =>
  !('none' in undo);
