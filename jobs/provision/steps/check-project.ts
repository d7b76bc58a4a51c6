// Everything that would fail later is found in the first seconds, each with what mends it. It makes nothing.
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
    // Enabled is not felt everywhere at once.
    const [seen] = unknown;
    return seen === undefined ? { state: 'ready' } : { state: 'notYet', seen };
  },
  undo: { none: 'It makes nothing.' },
  deadlineMs: 15 * 60_000,
  expectMs: 3_000,
  retry: 'cloud',
};
