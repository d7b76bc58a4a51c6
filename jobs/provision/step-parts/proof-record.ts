// Verification record in the cluster: fingerprint, time and results.
import { stamp } from '../../../src/gateway/ownership.ts';
import { parseJson } from '../../../src/kernel/json.ts';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Json } from '../../../src/kernel/errors.ts';
import {
  backendServiceRef,
  gatewayRef,
  operationSetRef,
  productRef,
  proofRef,
  trafficExtensionRef,
} from '../../../src/gateway/resources.ts';
import { type Context, kubernetesOf } from '../../../src/gateway/objects.ts';
import type { Proof } from './proofs.ts';

/** Output of prove-protection. */
export interface ProofOutput {
  readonly endpoint: string;
  /** Name that Apigee knows the gateway by; undefined: the address. */
  readonly host?: string | undefined;
  readonly streaming: boolean;
  readonly proofs: readonly Proof[];
}

const recorded = z.object({
  hash: z.string(),
  endpoint: z.string(),
  host: z.string().optional(),
  streaming: z.enum(['true', 'false']),
  proofs: z.string(),
});
const proofList = z.array(
  z.object({
    name: z.enum(['no-key', 'wrong-key', 'right-key', 'over-quota']),
    expected: z.string(),
    status: z.number(),
    code: z.string(),
    ok: z.boolean(),
  }),
);

/** Changes with every recreated or edited object that protects the gateway, and with the quota. */
export async function fingerprint(context: Context, endpoint: string): Promise<string> {
  const kubernetes = kubernetesOf(context);
  const { signal } = context;
  const { name } = context.env.gateway;
  const refs = [
    gatewayRef,
    backendServiceRef(name),
    trafficExtensionRef,
    productRef(name),
    operationSetRef,
  ];
  const found = await Promise.all(refs.map((ref) => kubernetes.get(ref, { signal })));
  const parts = found.map((object) => [object?.metadata.uid, object?.metadata.generation]);
  const { model, quota, host } = context.env.gateway;
  const named = host === undefined ? [] : [host];
  const text = JSON.stringify([endpoint, model, quota, parts, ...named]);
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}

/** Output of the last verification, if nothing changed since. */
export async function readRecord(
  context: Context,
  endpoint: string,
): Promise<ProofOutput | undefined> {
  const { signal } = context;
  const object = await kubernetesOf(context).get(proofRef, { signal });
  const { data } = recorded.safeParse(object?.['data']);
  if (data === undefined || data.endpoint !== endpoint) return undefined;
  if (data.hash !== (await fingerprint(context, endpoint))) return undefined;
  const proofs = proofList.safeParse(parseJson(data.proofs));
  if (!proofs.success || proofs.data.some(({ ok }) => !ok)) return undefined;
  const { host } = data;
  return { endpoint, host, streaming: data.streaming === 'true', proofs: proofs.data };
}

export async function writeRecord(context: Context, output: ProofOutput): Promise<void> {
  const { signal, target, runId } = context;
  const { apiVersion, kind, name, namespace } = proofRef;
  const object = {
    apiVersion,
    kind,
    metadata: { name, namespace },
    data: {
      hash: await fingerprint(context, output.endpoint),
      at: String(Date.now()),
      endpoint: output.endpoint,
      ...(output.host === undefined ? {} : { host: output.host }),
      streaming: String(output.streaming),
      proofs: JSON.stringify(output.proofs),
    },
  };
  const owned = stamp(object, { gateway: target, runId });
  await kubernetesOf(context).apply(owned, { signal });
}

export function asJson({ endpoint, host, streaming, proofs }: ProofOutput): Json {
  const named = host === undefined ? {} : { host };
  return { endpoint, ...named, streaming, proofs: proofs.map((proof) => ({ ...proof })) };
}
