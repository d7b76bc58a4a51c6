// Step: preconditions of the project, checked before any change.
import { LlmgwError } from '../../../src/kernel/errors.ts';
import type { Check, Step, Wait } from '../../../src/engine/step.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { asOneFault, checkPreconditions } from '../preconditions/check-preconditions.ts';

export const checkProject: Step<ProvisionEnv> = {
  id: 'check-project',
  title: 'Check project',
  needs: ['enable-apis'],
  kind: 'require',
  async check(context): Promise<Check> {
    const { problems, unknown } = await checkPreconditions(context);
    const why = asOneFault(problems);
    if (why !== undefined) return { state: 'refused', why };
    const [reason] = unknown;
    return reason === undefined ? { state: 'done' } : { state: 'needed', why: 'not_ready', reason };
  },
  apply: () => Promise.resolve(),
  async wait(context): Promise<Wait> {
    const { problems, unknown } = await checkPreconditions(context);
    const why = asOneFault(problems);
    if (why !== undefined) throw new LlmgwError(why);
    // An enabled API takes a while to answer everywhere.
    const [seen] = unknown;
    return seen === undefined ? { state: 'ready' } : { state: 'notYet', seen };
  },
  undo: { none: 'This step creates nothing.' },
  deadlineMs: 15 * 60_000,
  expectMs: 3_000,
  retry: 'cloud',
};
