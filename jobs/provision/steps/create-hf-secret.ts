// Step: Secret with the Hugging Face token for the model server.
import { manifestStep } from '../step-parts/manifest-step.ts';

export const createHfSecret = manifestStep({
  id: 'create-hf-secret',
  title: 'Store Hugging Face token',
  needs: ['create-cluster'],
  manifests: [{ name: 'inference/hf-token-secret' }],
  values: ({ env }) => ({ HF_TOKEN_BASE64: Buffer.from(env.hfToken()).toString('base64') }),
  deadlineMs: 5 * 60_000,
  expectMs: 2_000,
  removal: { title: 'Delete Hugging Face token', expectMs: 2_000 },
});
