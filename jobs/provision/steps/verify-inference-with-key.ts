// Step of guarded gateways: completion with the probe's key.
import type { Step, Wait } from '../../../src/engine/step.ts';
import { readEndpoint } from '../../../src/gateway/endpoint.ts';
import { windowMs } from '../../../src/kernel/quota-window.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { ensureProbeApp, probeKey, removeProbeApp } from '../step-parts/probe-app.ts';
import { describeCompletion, outcomeOf, probe } from '../../../src/gateway/probes.ts';
import { readRecord } from '../step-parts/proof-record.ts';
import { verifyInference } from './verify-inference.ts';

/** A longer window is not waited for, as a new app has a new counter. */
const longestWindowMs = 120_000;

export const verifyInferenceWithKey: Step<ProvisionEnv> = {
  ...verifyInference,
  needs: ['deploy-model-server', 'verify-locked', 'create-operation-set', 'create-probe-app'],
  kind: 'verify',
  async check(context) {
    const endpoint = await readEndpoint(context.env, context.signal);
    const record = endpoint === undefined ? undefined : await readRecord(context, endpoint);
    if (record !== undefined) return { state: 'done', output: { guarded: true } };
    return { state: 'needed', why: 'unproven', reason: 'no completion with a key in this run yet' };
  },
  apply: ensureProbeApp,
  async wait(context): Promise<Wait> {
    const { env, signal } = context;
    const endpoint = await readEndpoint(env, signal);
    if (endpoint === undefined) return { state: 'notYet', seen: 'the gateway has no address' };
    await ensureProbeApp(context);
    const consumerKey = await probeKey(context);
    const completion = await probe(context, { endpoint, consumerKey, timeoutMs: 20_000 });
    if (completion.ok) {
      return { state: 'ready', output: { guarded: true, text: completion.text.trim() } };
    }
    const isLong = windowMs(env.gateway.quota) > longestWindowMs;
    if (outcomeOf(completion) === 'quota_spent' && isLong) await removeProbeApp(context);
    return { state: 'notYet', seen: `with the probe's key: ${describeCompletion(completion)}` };
  },
  // The next step deletes the probe app.
  undo: { none: 'This step changes nothing.' },
};
