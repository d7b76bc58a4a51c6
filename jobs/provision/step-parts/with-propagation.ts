// A step that waits for an enabled API to take effect everywhere.
import { fail, LlmgwError } from '../../../src/kernel/errors.ts';
import type { Step } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import type { Context } from '../../../src/gateway/objects.ts';

export function withPropagation(step: Step<ProvisionEnv>): Step<ProvisionEnv> {
  const { verify } = step;
  const patiently =
    <T>(phase: (context: Context) => Promise<T>) =>
    async (context: Context): Promise<T> => {
      try {
        return await phase(context);
      } catch (error) {
        throw await judge(error, context);
      }
    };
  return {
    ...step,
    check: patiently((context) => step.check(context)),
    apply: patiently((context) => step.apply(context)),
    wait: patiently((context) => step.wait(context)),
    ...(verify === undefined ? {} : { verify: patiently((context) => verify(context)) }),
  };
}

/** An API that Service Usage reports as enabled, but that refuses as disabled, has not taken effect yet. */
async function judge(error: unknown, { env }: Context): Promise<unknown> {
  if (!(error instanceof LlmgwError) || error.fault.code !== 'api_disabled') return error;
  const service = error.fault.details?.['service'];
  if (typeof service !== 'string') return error;
  const { projectId } = env.gateway;
  const missing = await env.clients.serviceUsage
    .missing(projectId, [service])
    .catch(() => [service]);
  if (missing.length > 0) return error;
  const text = `${service} is enabled in ${projectId} but has not taken effect everywhere yet`;
  const options = { untilDeadline: true, details: { service }, cause: error };
  return fail('transient', 'api_not_in_effect', text, options);
}
