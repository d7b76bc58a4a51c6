// Copy of the real project's properties to the sandbox, for comparable answers.
import { setTimeout as after } from 'node:timers/promises';
import { missingApis } from '../../../jobs/provision/preconditions/project.ts';
import type { Recorder } from './recorder.ts';

/** The poll interval for APIs that are being enabled, in the sandbox. */
const lookMs = 50;

/** The real side reports it; the sandbox copies it. Neither is recorded. */
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
