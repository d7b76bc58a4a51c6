// Preconditions of the model: Hugging Face token and access.
import { type Fault, fail, toFault } from '../../../src/kernel/errors.ts';
import type { Context } from '../../../src/gateway/objects.ts';

/** The nodes may reach the Hub when the bot cannot, so an outage is no problem here. */
export async function checkModel(context: Context): Promise<Fault[]> {
  try {
    return await askHub(context);
  } catch (error) {
    const fault = toFault(error);
    if (fault.kind !== 'transient') throw error;
    context.log.warn({ code: fault.code, err: error }, 'hugging face unavailable');
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
      fail('refused', 'hf_token_refused', 'Hugging Face rejected the token in HF_TOKEN', {
        next: 'Create a token with read access at https://huggingface.co/settings/tokens, and set it as HF_TOKEN.',
      }).fault,
    ];
  }
  // A path or a bucket is not on Hugging Face.
  if (!/^[\w.-]+(\/[\w.-]+)?$/.test(model)) return [];
  switch (await huggingFace.modelAccess(token, model, signal)) {
    case 'allowed':
      return [];
    case 'gated':
      return [
        fail('refused', 'model_gated', `The Hugging Face token has no access to ${model}`, {
          next: `As ${account.name}, accept the licence at https://huggingface.co/${model} and allow gated models for the token, or set another MODEL.`,
        }).fault,
      ];
    case 'missing':
      return [
        fail('refused', 'no_model', `Hugging Face has no model ${model} for ${account.name}`, {
          next: 'Correct MODEL (or `--model`); https://huggingface.co/models lists all.',
        }).fault,
      ];
  }
}
