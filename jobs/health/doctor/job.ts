// Doctor job: runs every check and probes the protection.
import type { DoctorContext } from './notifier.ts';
import type { DoctorPayload } from './payload.ts';
import { readRefusals } from './refusals.ts';
import { lastConfigured, observeGateway } from '../status/observe-gateway.ts';

export async function doctor(
  context: DoctorContext,
  { gateway, to }: DoctorPayload,
): Promise<void> {
  const configured = await lastConfigured(context, gateway);
  const [seen, refusals] = await Promise.all([
    observeGateway(context, configured, 'full'),
    readRefusals(configured.env, context.signal),
  ]);
  await context.notifier.showDiagnosis(to, {
    ...seen,
    refusals,
    checks: seen.rows.length,
    passed: seen.rows.filter(({ found }) => found.state === 'done').length,
  });
}
