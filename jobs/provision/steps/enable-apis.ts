// Step: Google APIs, enabled only when all other preconditions hold.
import { LlmgwError } from '../../../src/kernel/errors.ts';
import type { Check, Step, Wait } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import {
  asOneFault,
  checkPreconditions,
  checkProjectPreconditions,
} from '../preconditions/check-preconditions.ts';
import { missingApis } from '../preconditions/project.ts';

export const enableApis: Step<ProvisionEnv> = {
  id: 'enable-apis',
  title: 'Enable APIs',
  needs: [],
  kind: 'make',
  makesNothing: true,
  async check(context): Promise<Check> {
    const gone = asOneFault((await checkProjectPreconditions(context)).problems);
    if (gone !== undefined) return { state: 'refused', why: gone };
    const apis = await missingApis(context);
    if (apis.length === 0) return { state: 'done' };
    const verb = apis.length === 1 ? 'is' : 'are';
    return {
      state: 'needed',
      why: 'absent',
      of: apis,
      reason: `${apis.join(', ')} ${verb} not enabled`,
    };
  },
  async apply(context) {
    const { clients, gateway } = context.env;
    const why = asOneFault((await checkPreconditions(context)).problems);
    if (why !== undefined) throw new LlmgwError(why);
    const apis = await missingApis(context);
    if (apis.length > 0) await clients.serviceUsage.enable(gateway.projectId, apis);
  },
  async wait(context): Promise<Wait> {
    const apis = await missingApis(context);
    if (apis.length === 0) return { state: 'ready' };
    return { state: 'notYet', seen: `enabling ${apis.join(', ')}` };
  },
  continuesAfterCancel: 'enabling the APIs',
  undo: { none: 'Other workloads in the project may use these APIs.' },
  deadlineMs: 15 * 60_000,
  expectMs: 45_000,
  retry: 'cloud',
};
