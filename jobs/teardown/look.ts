// The job before a teardown: looks at what would go and what would stay, and asks. It changes nothing.
import type { JobContext } from '../context.ts';
import type { TeardownPayload } from '../payloads.ts';
import { lookAround } from './look-around.ts';

export async function teardownLook(context: JobContext, payload: TeardownPayload): Promise<void> {
  const { audience, log, runs, signal } = context;
  const { gateway, removeApps, to } = payload;
  const [{ env, moved, elsewhere }, holding] = await Promise.all([
    context.provisioned(gateway),
    runs.holding(gateway),
  ]);
  const surroundings = await lookAround(
    { env, runId: to.job, target: gateway, input: { removeApps }, outputs: {}, signal, log },
    { removeApps },
  );
  const shown = { gateway, removeApps, holding, moved, elsewhere, ...surroundings };
  await audience.showTeardown(to, shown);
}
