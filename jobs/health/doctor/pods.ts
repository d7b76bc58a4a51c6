// Which pods a step's success rests on, and what mends each of their troubles.
import { type Guidance, guidance, slashCommand } from '../../../src/kernel/guidance.ts';
import type { PodReason, PodReasonCode } from '../../../src/clients/kubernetes/pod-reasons.ts';
import type { Log } from '../../../src/kernel/log.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { provision } from '../../provision/runbook.ts';
import { orWithoutCluster } from '../../../src/gateway/without-cluster.ts';

/** Reasons by the id of the step that made the pods. */
export type PodTroubles = Readonly<Record<string, readonly PodReason[]>>;

/** Pods that cannot be looked at explain nothing: the checks say why the cluster is silent. */
export async function readPodTroubles(
  { clients, gateway }: Pick<ProvisionEnv, 'clients' | 'gateway'>,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
): Promise<PodTroubles> {
  const kubernetes = clients.kubernetes(gateway);
  const found = await Promise.all(
    provision.steps.map(async ({ id: step, pods }) => {
      if (pods === undefined) return [step, []] as const;
      try {
        const reasons = kubernetes.podReasons(pods.namespace, pods.selector, { signal });
        return [step, await orWithoutCluster(reasons, [])] as const;
      } catch (error) {
        signal.throwIfAborted();
        log.info({ step, error: String(error) }, 'pods could not be looked at');
        return [step, []] as const;
      }
    }),
  );
  return Object.fromEntries(found);
}

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
