// Step: vLLM model server, with the reasons of its pods while it starts.
import { fail } from '../../../src/kernel/errors.ts';
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import type { Step } from '../../../src/engine/step.ts';
import { podRemedy } from '../../../src/gateway/pod-remedies.ts';
import { modelServerPods } from '../../../src/gateway/resources.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { manifestStep, watchFor } from '../step-parts/manifest-step.ts';
import { manifest } from '../step-parts/manifests.ts';
import { type Context, kubernetesOf, refOf } from '../../../src/gateway/objects.ts';
import { podsOf, unmetRollout } from '../../../src/gateway/rollout.ts';

const name = 'inference/model-server-deployment';
const output = (found: KubernetesObject) => ({ ...podsOf(found) });

export const deployModelServer: Step<ProvisionEnv> = {
  ...manifestStep({
    id: 'deploy-model-server',
    title: 'Deploy model server',
    needs: ['create-hf-secret'],
    driftsSilently: true,
    part: {
      name: 'The model server',
      absent: 'is not deployed',
      unready: 'is not rolled out',
      many: 'model servers',
    },
    pods: { namespace: 'default', selector: modelServerPods },
    manifests: [{ name, unmet: unmetRollout }],
    output,
    // The limit of its startup probe.
    deadlineMs: 55 * 60_000,
    // Pull of the image, then of the weights, then their load.
    expectMs: 15 * 60_000,
    continuesAfterCancel: 'starting the model server',
    removal: { title: 'Delete model server', expectMs: 20_000 },
  }),
  async wait(context) {
    const spec = manifest(context, name);
    const seen = await watchFor(context, spec, unmetRollout);
    if (seen !== undefined) {
      return { state: 'notYet', seen: [seen, ...(await troubles(context))].join('; ') };
    }
    const found = await kubernetesOf(context).get(refOf(spec), { signal: context.signal });
    return found === undefined
      ? { state: 'notYet', seen: 'the deployment is gone' }
      : { state: 'ready', output: output(found) };
  },
};

/** @throws permanent/token_refused and permanent/unfit_machine at once: waiting fixes neither a token nor a CPU. */
async function troubles(context: Context): Promise<string[]> {
  const { env, signal } = context;
  const reasons = await kubernetesOf(context).podReasons('default', modelServerPods, { signal });
  const unfit = reasons.find(({ code }) => code === 'unfit_machine');
  if (unfit !== undefined) {
    const { machineType } = env.gateway;
    const text = `The model server cannot run on ${machineType}: ${unfit.text}`;
    throw fail('permanent', 'unfit_machine', text, { next: podRemedy(unfit, env.gateway.model) });
  }
  if (reasons.some(({ code }) => code === 'token_refused')) {
    throw fail(
      'permanent',
      'token_refused',
      `Hugging Face rejected the token for ${env.gateway.model}`,
      {
        next: `Accept the licence of https://huggingface.co/${env.gateway.model} with the token's account, or set another HF_TOKEN; then retry.`,
      },
    );
  }
  return reasons.map(({ text }) => text);
}
