// Turns steps that make into steps that take away: last made, first gone. A step starts as soon as all that needed its thing is gone.
import { guidance, slashCommand } from '../../src/kernel/guidance.ts';
import { toFault } from '../../src/kernel/errors.ts';
import type { Removal, Step } from '../../src/engine/step.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import type { Context } from '../../src/gateway/objects.ts';
import { isRemoval, inventoryOf } from './inventory.ts';

type ProvisionStep = Step<ProvisionEnv>;

export const undoId = (id: string): string => `undo-${id}`;

/** Finalizers and long-running operations take their time, whatever the making took. */
const leastDeadlineMs = 20 * 60_000;

/** @param steps in any order; those that make nothing are passed over, and what needs them through. */
export function reversed(steps: readonly ProvisionStep[]): ProvisionStep[] {
  return steps
    .toReversed()
    .flatMap((step) =>
      isRemoval(step.undo) ? [removalStep(step, step.undo, dependents(steps, step.id))] : [],
    );
}

/** Ids of the nearest steps that make something and need this one, directly or through steps that make nothing. */
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
        : { state: 'needed', why: 'not_ready', of: ours, reason: `there: ${ours.join(', ')}` };
    },
    apply: (context) => removal.remove(context),
    wait: async (context) => {
      const { ours, foreign, shared = [] } = await inventoryOf(removal, context);
      if (ours.length === 0) return { state: 'ready', output: { stays: [...foreign, ...shared] } };
      const said = await removeAgain(removal, context);
      const seen = `still there: ${ours.join(', ')}`;
      return { state: 'notYet', seen: said === undefined ? seen : `${seen} (${said})` };
    },
    ...(removal.continuesAfterCancel === undefined
      ? {}
      : { continuesAfterCancel: removal.continuesAfterCancel }),
    undo: { none: guidance`What was taken away comes back with ${slashCommand('provision')}.` },
    deadlineMs: Math.max(deadlineMs, leastDeadlineMs),
    expectMs: removal.expectMs,
    retry: 'patient',
  };
}

/** What was in the way of the first asking may be gone. @returns what is in the way now, in words. */
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
