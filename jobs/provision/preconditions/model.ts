// Preconditions of the model: the Hugging Face token is good, and may read it.
import { type Fault, fail, toFault } from '../../../src/kernel/errors.ts';
import type { Context } from '../../../src/gateway/objects.ts';

/** The Hub may be out of the bot's reach and within the nodes', so no answer is no objection. */
export async function checkModel(context: Context): Promise<Fault[]> {
  try {
    return await askHub(context);
  } catch (error) {
    const fault = toFault(error);
    if (fault.kind !== 'transient') throw error;
    context.log.warn({ code: fault.code }, 'hugging face does not answer');
    return [];
  }
}

async function askHub({ env, signal }: Context): Promise<Fault[]> {
  const { huggingFace } = env.clients;
  const { model } = env.gateway;
  const token = env.hfToken();
  const account = await huggingFace.whoami(token, signal);
  if (account === undefined) {
    return [
      fail('refused', 'hf_token_refused', 'Hugging Face refuses the token in HF_TOKEN', {
        next: 'Make a token with read access at https://huggingface.co/settings/tokens, and set it as HF_TOKEN.',
      }).fault,
    ];
  }
  // A path or a bucket is the model server's own affair.
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(model)) return [];
  switch (await huggingFace.modelAccess(token, model, signal)) {
    case 'allowed':
      return [];
    case 'gated':
      return [
        fail('refused', 'model_gated', `The Hugging Face token may not read ${model}`, {
          next: `As ${account.name}, accept the licence at https://huggingface.co/${model}, and let the token read gated models; or set another MODEL.`,
        }).fault,
      ];
    case 'missing':
      return [
        fail('refused', 'no_model', `Hugging Face has no model ${model} for ${account.name}`, {
          next: 'Correct MODEL (or `--model`); https://huggingface.co/models lists them.',
        }).fault,
      ];
  }
}
