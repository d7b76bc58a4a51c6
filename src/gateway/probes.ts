// Probe requests with a key, a wrong key and no key.
import { wasServed } from '../clients/inference/ending.ts';
import { randomBytes } from 'node:crypto';
import type { Completion } from '../clients/inference/client.ts';
import { observeFault } from './faults/observed-fault.ts';
import { recognise } from './faults/explain.ts';
import type { Context } from './objects.ts';

export interface ProbeOptions {
  readonly endpoint: string;
  readonly consumerKey?: string | undefined;
  readonly stream?: boolean;
  readonly maxTokens?: number;
  readonly timeoutMs?: number;
}

export function probe(
  context: Pick<Context, 'env' | 'signal'>,
  options: ProbeOptions,
): Promise<Completion> {
  const { env, signal } = context;
  return env.clients.inference.complete({
    baseUrl: options.endpoint,
    consumerKey: options.consumerKey,
    model: env.gateway.model,
    prompt: 'The capital of France is',
    maxTokens: options.maxTokens ?? 1,
    temperature: 0,
    stream: options.stream ?? false,
    timeoutMs: options.timeoutMs ?? 60_000,
    signal,
  });
}

/** An unused key, new each time, because Apigee caches refused keys. */
export const wrongKey = (): string => `llmgw-no-such-key-${randomBytes(12).toString('hex')}`;

/** `answered`, or the row of the fault table. */
export const outcomeOf = (completion: Completion): string =>
  completion.ok || wasServed(completion) ? 'answered' : recognise(completion);

/** Apigee's own code of a fault, or the table's row where the fault is not Apigee's. */
export function codeOf(completion: Completion): string {
  return completion.ok || wasServed(completion)
    ? ''
    : (observeFault(completion).errorCode ?? recognise(completion));
}

/** The result of a probe for people; never the body, which may repeat a key. */
export function describeCompletion(completion: Completion): string {
  if (completion.ok || wasServed(completion)) return 'the gateway answered';
  const how = completion.network ?? `HTTP ${completion.status}`;
  return `${how}, ${codeOf(completion)}`;
}
