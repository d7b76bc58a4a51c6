// Remedies: what mends each trouble of a pod.
import { type Guidance, guidance, slashCommand } from '../kernel/guidance.ts';
import type { PodReason, PodReasonCode } from '../clients/kubernetes/pod-reasons.ts';

/** What a person does about it; undefined where it passes by itself. */
export function podRemedy({ code, pods }: PodReason, model: string): Guidance | undefined {
  switch (code) {
    case 'token_refused':
      return guidance`Accept the licence of https://huggingface.co/${model} with the token's account, or set another HF_TOKEN; then ${slashCommand('provision')}.`;
    case 'image_pull':
      return 'See that the image exists and that the nodes reach its registry.';
    case 'out_of_memory':
      return guidance`Choose machines with more memory (${slashCommand('provision --machine-type TYPE')}) or a smaller model.`;
    case 'unschedulable':
      return guidance`Give the cluster more nodes (${slashCommand('provision --nodes N')}), or look at the nodes that are not ready: \`kubectl get nodes\`.`;
    case 'bad_config':
      return `Read what it lacks: \`kubectl describe pod ${pods[0] ?? ''}\`.`;
    case 'crashing':
      return `Read its last words: \`kubectl logs --previous ${pods[0] ?? ''}\`.`;
    case 'starting':
    case 'loading':
      return undefined;
  }
}

/** Neither time nor another provisioning mends it. */
export const isStubborn = (code: PodReasonCode): boolean =>
  code !== 'starting' && code !== 'loading';
