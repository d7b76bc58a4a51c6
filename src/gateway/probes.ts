// Probe requests with a key, a wrong key and no key.
import { wasServed } from '../clients/inference/ending.ts';
import { randomBytes } from 'node:crypto';
import type { Completion } from '../clients/inference/client.ts';
import { observeFault } from './faults/observed-fault.ts';
import { recognise } from './faults/explain.ts';
import { addressIn, nameOfAddress } from './endpoint.ts';
import type { Context } from './objects.ts';

export interface ProbeOptions {
  readonly endpoint: string;
  /** Host name to send; absent: the configured one, else the first one that Apigee knows. */
  readonly host?: string | undefined;
  readonly consumerKey?: string | undefined;
  readonly stream?: boolean;
  readonly maxTokens?: number;
  readonly timeoutMs?: number;
}

type ProbeContext = Pick<Context, 'env' | 'signal'>;

export const probe = async (context: ProbeContext, options: ProbeOptions): Promise<Completion> =>
  (await probeByName(context, options)).completion;

/** Host name that Apigee knows the gateway by; undefined: its address. */
export const findHost = async (
  context: ProbeContext,
  endpoint: string,
): Promise<string | undefined> => (await probeByName(context, { endpoint })).host;

/** If Apigee does not know the address, the probe tries the name that its groups accept for it. */
async function probeByName(
  context: ProbeContext,
  options: ProbeOptions,
): Promise<{ readonly completion: Completion; readonly host: string | undefined }> {
  const host = options.host ?? context.env.gateway.host;
  const completion = await send(context, { ...options, host });
  const name = nameOfAddress(addressIn(options.endpoint));
  if (host !== undefined || name === undefined || outcomeOf(completion) !== unknownHost) {
    return { completion, host };
  }
  const named = await send(context, { ...options, host: name });
  return outcomeOf(named) === unknownHost
    ? { completion, host }
    : { completion: named, host: name };
}

const unknownHost = 'host_unknown_to_apigee';

function send({ env, signal }: ProbeContext, options: ProbeOptions): Promise<Completion> {
  return env.clients.inference.complete({
    baseUrl: options.endpoint,
    host: options.host,
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

/** Apigee's own code of a fault, or the table's row if the fault is not Apigee's. */
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
