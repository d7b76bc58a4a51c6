// Step: inference objective, which has no status to wait for.
import { manifestStep } from '../step-parts/manifest-step.ts';

export const deployInferenceObjective = manifestStep({
  id: 'deploy-inference-objective',
  title: 'Deploy inference objective',
  needs: ['install-inference-crds'],
  manifests: [{ name: 'inference/inference-objective' }],
  deadlineMs: 5 * 60_000,
  expectMs: 2_000,
  removal: { title: 'Delete inference objective', expectMs: 2_000 },
});
