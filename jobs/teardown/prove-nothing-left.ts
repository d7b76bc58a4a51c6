// Teardown step: verifies that no resource of the gateway is left.
import type { Json } from '../../src/kernel/errors.ts';
import type { Step } from '../../src/engine/step.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import type { Context } from '../../src/gateway/objects.ts';
import { readTeardownInput } from './options.ts';
import { observeLeftovers } from './observe-leftovers.ts';

export function proveNothingLeft(
  all: readonly Pick<Step<ProvisionEnv>, 'id'>[],
): Step<ProvisionEnv> {
  return {
    id: 'prove-nothing-left',
    title: 'Verify that nothing is left',
    needs: all.map(({ id }) => id),
    kind: 'verify',
    async check(context) {
      const { left, stays } = await look(context);
      return left.length === 0
        ? { state: 'done', output: proof(stays) }
        : { state: 'needed', why: 'unproven', of: left, reason: `still there: ${left.join(', ')}` };
    },
    // Resources found here were created during the removals and may disappear on their own.
    apply: () => Promise.resolve(),
    async wait(context) {
      const { left, stays } = await look(context);
      return left.length === 0
        ? { state: 'ready', output: proof(stays) }
        : { state: 'notYet', seen: `still there: ${left.join(', ')}` };
    },
    undo: { none: 'This step changes nothing.' },
    deadlineMs: 10 * 60_000,
    expectMs: 5_000,
    retry: 'patient',
  };
}

async function look(context: Context): Promise<{ left: string[]; stays: string[] }> {
  const { goes, stays } = await observeLeftovers(context, readTeardownInput(context.input));
  return { left: goes, stays };
}

const proof = (stays: readonly string[]): Json => ({ left: 0, stays: [...stays] });
