// An observation of a gateway as its last provisioning run was to make it.
import type { JobContext } from '../../../src/job/context.ts';
import type { SurveyDepth } from '../../../src/engine/check-all.ts';
import type { Observation } from '../../../src/gateway/observation.ts';
import { observe } from '../../../src/gateway/observe.ts';
import { runInput } from '../../../src/gateway/options.ts';
import { provision } from '../../provision/runbook.ts';

export interface ObserverParts extends Pick<JobContext, 'env' | 'log' | 'signal'> {
  readonly runs: Pick<JobContext['runs'], 'options' | 'activeRun'>;
}

export async function observeGateway(
  { env: envOf, runs, log, signal }: ObserverParts,
  gateway: string,
  depth: SurveyDepth,
): Promise<Observation> {
  const options = await runs.options(gateway);
  const env = await envOf(gateway, options);
  const input = runInput(env.gateway, options);
  const activeRun = () => runs.activeRun(gateway);
  const look = { runbook: provision, env, input, runId: 'observe', activeRun, signal, log };
  return observe(look, depth);
}
