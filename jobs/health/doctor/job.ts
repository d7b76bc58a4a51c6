// The whole examination of a gateway: every check, its pods and its refusals side by side, and one diagnosis. Writes nothing.
import type { DoctorContext } from './audience.ts';
import type { DoctorPayload } from './payload.ts';
import { survey } from '../../../src/engine/survey.ts';
import { diagnose } from './diagnose.ts';
import { readPodTroubles } from './pods.ts';
import { readRefusals } from './refusals.ts';
import { readProof } from '../../../src/gateway/endpoint.ts';
import { provision } from '../../provision/runbook.ts';
import { proveProtection } from '../../provision/steps/prove-protection.ts';
import { runInput } from '../../../src/gateway/options.ts';

export async function doctor(
  context: DoctorContext,
  { gateway, to }: DoctorPayload,
): Promise<void> {
  const { runs, signal, log } = context;
  const options = await runs.options(gateway);
  const env = await context.env(gateway, options);
  const input = runInput(env.gateway, options);
  const look = { env, runId: to.job, target: gateway, input, signal, log };
  const [rows, pods, refusals, proof, holding] = await Promise.all([
    survey(provision, look),
    readPodTroubles(env, look),
    readRefusals(env, signal),
    readProof(env, signal).catch(() => undefined),
    runs.holding(gateway),
  ]);
  // Another worker's by now: that one will say what it finds.
  signal.throwIfAborted();
  const isProven = rows.some(
    ({ id, found }) => id === proveProtection.id && found.state === 'done',
  );
  await context.audience.showDiagnosis(to, {
    ...diagnose({ rows, pods, model: env.gateway.model, holding }),
    gateway,
    holding,
    refusals,
    provenAt: isProven ? proof?.at : undefined,
    checks: rows.length,
  });
}
