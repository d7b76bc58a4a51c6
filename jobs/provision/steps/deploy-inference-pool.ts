// Step: inference pool, endpoint picker and their load balancer policies.
import { manifestStep } from '../step-parts/manifest-step.ts';
import { unmetRollout } from '../../../src/gateway/rollout.ts';

export const deployInferencePool = manifestStep({
  id: 'deploy-inference-pool',
  title: 'Deploy inference pool and endpoint picker',
  needs: ['install-inference-crds'],
  part: {
    name: 'The endpoint picker',
    absent: 'is not deployed, so requests reach no model server',
    unready: 'is not ready',
  },
  pods: { namespace: 'default', selector: 'app=vllm-qwen-epp' },
  manifests: [
    { name: 'inference/picker-service-account' },
    { name: 'inference/picker-role' },
    { name: 'inference/picker-role-binding' },
    { name: 'inference/picker-cluster-role' },
    { name: 'inference/picker-cluster-role-binding' },
    { name: 'inference/picker-config' },
    { name: 'inference/picker-service' },
    { name: 'inference/inference-pool' },
    { name: 'inference/health-check-policy' },
    { name: 'inference/backend-policy' },
    { name: 'inference/picker-deployment', unmet: unmetRollout },
  ],
  deadlineMs: 15 * 60_000,
  expectMs: 60_000,
  removal: { title: 'Delete inference pool and endpoint picker', expectMs: 20_000 },
});
