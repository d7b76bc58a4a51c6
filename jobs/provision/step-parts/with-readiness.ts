// Step wrapper with a readiness condition beyond the applied object.
import { toFault } from '../../../src/kernel/errors.ts';
import type { Check, Step } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import type { Context } from '../../../src/gateway/objects.ts';

/** @param unmet called once the step itself is done or ready; names the unmet condition. */
export function withReadiness(
  step: Step<ProvisionEnv>,
  unmet: (context: Context) => Promise<string | undefined>,
): Step<ProvisionEnv> {
  const beyond = async (
    found: Check,
    lacking: () => Promise<string | undefined>,
  ): Promise<Check> => {
    if (found.state !== 'done') return found;
    const reason = await lacking();
    return reason === undefined
      ? found
      : { state: 'needed', why: 'not_ready', reason, unmet: reason };
  };
  const { glance } = step;
  return {
    ...step,
    check: async (context) => beyond(await step.check(context), () => unmet(context)),
    ...(glance === undefined
      ? {}
      : {
          glance: async (context) =>
            beyond(await glance(context), () => unmet(context).catch(unlessAway)),
        }),
    wait: async (context) => {
      const found = await step.wait(context);
      if (found.state !== 'ready') return found;
      const seen = await unmet(context);
      return seen === undefined ? found : { state: 'notYet', seen };
    },
  };
}

/** The failure of a side service proves nothing about the gateway. */
function unlessAway(error: unknown): undefined {
  if (toFault(error).kind !== 'transient') throw error;
}
