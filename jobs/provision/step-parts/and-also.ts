// A step that is only done when something further holds, beyond the object that it applies.
import type { Step } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import type { Context } from '../../../src/gateway/objects.ts';

/** @param lacks looked at once the step itself is done or ready; says in words what is still missing. */
export function andAlso(
  step: Step<ProvisionEnv>,
  lacks: (context: Context) => Promise<string | undefined>,
): Step<ProvisionEnv> {
  return {
    ...step,
    check: async (context) => {
      const found = await step.check(context);
      if (found.state !== 'done') return found;
      const reason = await lacks(context);
      return reason === undefined ? found : { state: 'needed', why: 'not_ready', reason };
    },
    wait: async (context) => {
      const found = await step.wait(context);
      if (found.state !== 'ready') return found;
      const seen = await lacks(context);
      return seen === undefined ? found : { state: 'notYet', seen };
    },
  };
}
