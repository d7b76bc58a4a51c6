// What the sandbox takes over from the real project, so that the same calls find the same.
import { setTimeout as after } from 'node:timers/promises';
import { missingApis } from '../../../jobs/provision/preconditions/project.ts';
import type { Recorder } from './recorder.ts';

/** Of a look at what is being enabled, in the sandbox. */
const lookMs = 50;

/** The real side tells it; the sandbox's follows it. Neither is recorded. */
export async function shareLikeness({ order, side, tell, signal }: Recorder): Promise<void> {
  const context = side.context(signal);
  const { gateway, clients } = context.env;
  if (order.side === 'real') {
    const missing = await missingApis(context).catch(() => []);
    const { region, zone, network, subnet } = gateway;
    tell({ type: 'likeness', likeness: { region, zone, network, subnet, missingApis: missing } });
    return;
  }
  const stay = order.likeness?.missingApis ?? [];
  const toEnable = async () => (await missingApis(context)).filter((api) => !stay.includes(api));
  const apis = await toEnable();
  if (apis.length > 0) await clients.serviceUsage.enable(gateway.projectId, apis);
  while ((await toEnable()).length > 0) await after(lookMs, undefined, { signal });
}
