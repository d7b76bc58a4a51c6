// Observation of a gateway against the options of its last provisioning run.
import type { JobContext } from '../../../src/job/context.ts';
import type { CheckDepth } from '../../../src/engine/check-all.ts';
import type { Observation } from '../../../src/gateway/observation.ts';
import { observe } from '../../../src/gateway/observe.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { type ProvisionOptions, runInput } from '../../../src/gateway/options.ts';
import { provision } from '../../provision/runbook.ts';

interface Configured {
  readonly env: ProvisionEnv;
  readonly options: ProvisionOptions;
}

/** The gateway with the options of its last provisioning run: read from journals, so once per job. */
export async function lastConfigured(
  { env, runs }: Pick<JobContext, 'env'> & { readonly runs: Pick<JobContext['runs'], 'options'> },
  gateway: string,
): Promise<Configured> {
  const options = await runs.options(gateway);
  return { env: await env(gateway, options), options };
}

export interface ObserverParts extends Pick<JobContext, 'log' | 'signal'> {
  readonly runs: Pick<JobContext['runs'], 'activeRunId'>;
}

export function observeGateway(
  { runs, log, signal }: ObserverParts,
  { env, options }: Configured,
  depth: CheckDepth,
): Promise<Observation> {
  const input = runInput(env.gateway, options);
  const activeRun = () => runs.activeRunId(env.gateway.name);
  const look = { runbook: provision, env, input, runId: 'observe', activeRun, signal, log };
  return observe(look, depth);
}
