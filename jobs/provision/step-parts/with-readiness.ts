// A step that is only done when something further holds, beyond the object that it applies.
import { toFault } from '../../../src/kernel/errors.ts';
import type { Check, Step } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import type { Context } from '../../../src/gateway/objects.ts';

/** @param lacks looked at once the step itself is done or ready; says in words what is still missing. */
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

/** A service beside the gateway that is away says nothing of how the gateway is. */
function unlessAway(error: unknown): undefined {
  if (toFault(error).kind !== 'transient') throw error;
}
