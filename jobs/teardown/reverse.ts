// Reversal of provision steps into removal steps, last created first.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { toFault } from '../../src/kernel/errors.ts';
import type { Removal, Step } from '../../src/engine/step.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import type { Context } from '../../src/gateway/objects.ts';
import { isRemoval, inventoryOf } from './inventory.ts';

type ProvisionStep = Step<ProvisionEnv>;

export const undoId = (id: string): string => `undo-${id}`;

/** Finalizers and long-running operations take long, however fast the creation was. */
const leastDeadlineMs = 20 * 60_000;

/** @param steps in any order; those that create nothing are skipped. */
export function reversed(steps: readonly ProvisionStep[]): ProvisionStep[] {
  return steps
    .toReversed()
    .flatMap((step) =>
      isRemoval(step.undo) ? [removalStep(step, step.undo, dependents(steps, step.id))] : [],
    );
}

/** Ids of the nearest creating steps that need this one, directly or through others. */
function dependents(steps: readonly ProvisionStep[], id: string): string[] {
  const found = steps
    .filter(({ needs }) => needs.includes(id))
    .flatMap((step) => (isRemoval(step.undo) ? [step.id] : dependents(steps, step.id)));
  return [...new Set(found)];
}

function removalStep(
  { id, deadlineMs }: ProvisionStep,
  removal: Removal<ProvisionEnv>,
  after: readonly string[],
): ProvisionStep {
  return {
    id: undoId(id),
    title: removal.title,
    needs: after.map(undoId),
    kind: 'remove',
    check: async (context) => {
      const { ours, foreign, shared = [] } = await inventoryOf(removal, context);
      return ours.length === 0
        ? { state: 'done', output: { stays: [...foreign, ...shared] } }
        : { state: 'needed', why: 'not_ready', of: ours, reason: `exists: ${ours.join(', ')}` };
    },
    apply: (context) => removal.remove(context),
    wait: async (context) => {
      const { ours, foreign, shared = [] } = await inventoryOf(removal, context);
      if (ours.length === 0) return { state: 'ready', output: { stays: [...foreign, ...shared] } };
      const obstacle = await removeAgain(removal, context);
      const seen = `still there: ${ours.join(', ')}`;
      return { state: 'notYet', seen: obstacle === undefined ? seen : `${seen} (${obstacle})` };
    },
    ...(removal.continuesAfterCancel === undefined
      ? {}
      : { continuesAfterCancel: removal.continuesAfterCancel }),
    undo: { none: guidance`${slashCommand('provision')} creates deleted resources again.` },
    deadlineMs: Math.max(deadlineMs, leastDeadlineMs),
    expectMs: removal.expectMs,
    retry: 'patient',
  };
}

/** Tries again, as the first obstacle may be gone. @returns the present obstacle. */
async function removeAgain(
  removal: Removal<ProvisionEnv>,
  context: Context,
): Promise<string | undefined> {
  try {
    await removal.remove(context);
    return undefined;
  } catch (error) {
    const fault = toFault(error);
    if (fault.kind !== 'transient') throw error;
    return fault.message;
  }
}
