// Step: completion through the load balancer, which answers 404 and 503 at first.
import type { Completion } from '../../../src/clients/inference/client.ts';
import { hasEnded } from '../../../src/clients/inference/ending.ts';
import { type Json, fail } from '../../../src/kernel/errors.ts';
import type { Check, Step, Wait } from '../../../src/engine/step.ts';
import { ancestorConditions } from '../../../src/gateway/conditions.ts';
import { readEndpoint } from '../../../src/gateway/endpoint.ts';
import { recognise } from '../../../src/gateway/faults/explain.ts';
import { observeFault } from '../../../src/gateway/faults/observed-fault.ts';
import { gatewayRef, trafficExtensionRef } from '../../../src/gateway/resources.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { type Context, kubernetesOf } from '../../../src/gateway/objects.ts';
import { orWithoutCluster } from '../../../src/gateway/without-cluster.ts';
import { cutText } from '../../../src/kernel/text.ts';

async function check(context: Context): Promise<Check> {
  // Behind Apigee every completion needs a key, so prove-protection verifies it.
  if (await orWithoutCluster(isGuarded(context), false)) return { state: 'done' };
  return { state: 'needed', why: 'unproven', reason: 'not verified yet' };
}

export const verifyInference: Step<ProvisionEnv> = {
  id: 'verify-inference',
  title: 'Verify inference',
  needs: ['deploy-model-server', 'create-route'],
  kind: 'verify',
  check,
  glance: check,
  // The step writes nothing and waits for a completion.
  apply: () => Promise.resolve(),
  async wait(context): Promise<Wait> {
    const { env, signal } = context;
    const baseUrl = await readEndpoint(env, signal);
    if (baseUrl === undefined) return { state: 'notYet', seen: 'the gateway has no address' };
    const completion = await env.clients.inference.complete({
      baseUrl,
      host: env.gateway.host,
      model: env.gateway.model,
      prompt: 'The capital of France is',
      maxTokens: 8,
      temperature: 0,
      stream: false,
      timeoutMs: 20_000,
      signal,
    });
    return judge(completion, env.gateway.model);
  },
  undo: { none: 'This step changes nothing.' },
  deadlineMs: 30 * 60_000,
  expectMs: 3 * 60_000,
  retry: 'patient',
};

async function isGuarded(context: Context): Promise<boolean> {
  const { signal } = context;
  const found = await kubernetesOf(context).get(trafficExtensionRef, { signal });
  return ancestorConditions(found, gatewayRef).some((conditions) =>
    conditions.some(({ type, status }) => type === 'Accepted' && status === 'True'),
  );
}

/** @throws permanent/rejected when the model server refuses the request, as waiting does not help. */
function judge(completion: Completion, model: string): Wait {
  if (completion.ok) return { state: 'ready', output: summary(completion) };
  // Eight tokens of reasoning show that the model works.
  if (completion.unfinished !== undefined && hasEnded(completion.unfinished)) {
    return { state: 'ready' };
  }
  const seen = observeFault(completion);
  if (seen.errorCode !== undefined) return { state: 'ready', output: { guarded: true } };
  const status = completion.status;
  if (seen.model !== undefined && (status === 400 || status === 404 || status === 422)) {
    throw fail(
      'permanent',
      'rejected',
      `The model server rejected the request: ${seen.model.message}`,
      {
        next: `Set MODEL (${model}) to a model that the server serves, then retry.`,
      },
    );
  }
  const words =
    completion.network ??
    (completion.unfinished === undefined ? undefined : recognise(completion)) ??
    cutText(completion.body.replace(/\s+/g, ' ').trim(), 120);
  return {
    state: 'notYet',
    seen:
      status === undefined
        ? `no answer (${words})`
        : `status ${status}${words === '' ? '' : `: ${words}`}`,
  };
}

const summary = ({ text, totalMs }: Extract<Completion, { ok: true }>): Json => ({
  text: cutText(text.trim(), 200),
  totalMs: Math.round(totalMs),
});
