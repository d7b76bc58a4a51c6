// Probes without a key and with a wrong key; neither uses quota.
import type { ObservedRefusal } from './notifier.ts';
import { wasServed } from '../../../src/clients/inference/ending.ts';
import type { Completion } from '../../../src/clients/inference/client.ts';
import { toFault } from '../../../src/kernel/errors.ts';
import { readEndpoint } from '../../../src/gateway/endpoint.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { describeCompletion, outcomeOf, probe, wrongKey } from '../../../src/gateway/probes.ts';

const timeoutMs = 15_000;

export async function readRefusals(
  env: ProvisionEnv,
  signal: AbortSignal,
): Promise<ObservedRefusal[]> {
  const endpoint = await readEndpoint(env, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    return { unread: toFault(error).message };
  });
  if (endpoint === undefined) return unknown('the gateway has no address');
  if (typeof endpoint !== 'string') return unknown(endpoint.unread);
  const ask = async (consumerKey?: string): Promise<Completion> => {
    const seen = await probe({ env, signal }, { endpoint, consumerKey, timeoutMs });
    // A load balancer resets connections while it applies a change: no proof about the protection.
    if (seen.ok || seen.network === undefined) return seen;
    return probe({ env, signal }, { endpoint, consumerKey, timeoutMs });
  };
  const [bare, wrong] = await Promise.all([ask(), ask(wrongKey())]);
  return [
    { when: 'no-key', ...judge(bare, 'no_key') },
    { when: 'wrong-key', ...judge(wrong, 'wrong_key') },
  ];
}

function judge(completion: Completion, desired: string): Pick<ObservedRefusal, 'state' | 'seen'> {
  const seen = describeCompletion(completion);
  if (wasServed(completion)) return { state: 'answered', seen };
  return { state: outcomeOf(completion) === desired ? 'refused' : 'unknown', seen };
}

const unknown = (seen: string): ObservedRefusal[] => [
  { when: 'no-key', state: 'unknown', seen },
  { when: 'wrong-key', state: 'unknown', seen },
];
