// Remedies for the problems of pods.
import { type Guidance, guidance, slashCommand } from '../kernel/guidance.ts';
import { fitFamilies } from './machine-type.ts';
import type { PodReason, PodReasonCode } from '../clients/kubernetes/pod-reasons.ts';

/** The next action for a person; undefined if the problem ends without action. */
export function podRemedy({ code, pods }: PodReason, model: string): Guidance | undefined {
  switch (code) {
    case 'unfit_machine':
      return guidance`Machines of a cluster cannot be changed: run ${slashCommand('teardown')}, set MACHINE_TYPE (or \`--machine-type\`) to one of the families ${fitFamilies}, such as c2-standard-16, and provision anew.`;
    case 'token_refused':
      return guidance`Accept the licence of https://huggingface.co/${model} with the token's account, or set another HF_TOKEN. Then run ${slashCommand('provision')}.`;
    case 'image_pull':
      return 'Check that the image exists and that the nodes can reach its registry.';
    case 'out_of_memory':
      return guidance`Use machines with more memory (${slashCommand('provision --machine-type TYPE')}) or a smaller model.`;
    case 'unschedulable':
      return guidance`Add nodes (${slashCommand('provision --nodes N')}), or check the nodes that are not ready: \`kubectl get nodes\`.`;
    case 'bad_config':
      return `Find the missing configuration: \`kubectl describe pod ${pods[0] ?? ''}\`.`;
    case 'crashing':
      return `Read the last log lines: \`kubectl logs --previous ${pods[0] ?? ''}\`.`;
    case 'starting':
    case 'loading':
      return undefined;
  }
}

/** Neither time nor a provisioning run repairs it. */
export const isStubborn = (code: PodReasonCode): boolean =>
  code !== 'starting' && code !== 'loading';
