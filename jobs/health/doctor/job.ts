// The job `doctor`: an observation by every check, and what requests without a right key meet.
import type { DoctorContext } from './audience.ts';
import type { DoctorPayload } from './payload.ts';
import { readRefusals } from './refusals.ts';
import { observe } from '../../../src/gateway/observe.ts';
import { runInput } from '../../../src/gateway/options.ts';
import { provision } from '../../provision/runbook.ts';

export async function doctor(
  context: DoctorContext,
  { gateway, to }: DoctorPayload,
): Promise<void> {
  const { runs, signal, log } = context;
  const options = await runs.options(gateway);
  const env = await context.env(gateway, options);
  const input = runInput(env.gateway, options);
  const activeRun = () => runs.holding(gateway);
  const look = { runbook: provision, env, input, runId: to.job, activeRun, signal, log };
  const [seen, refusals] = await Promise.all([observe(look, 'full'), readRefusals(env, signal)]);
  await context.audience.showDiagnosis(to, { ...seen, refusals, checks: seen.rows.length });
}
