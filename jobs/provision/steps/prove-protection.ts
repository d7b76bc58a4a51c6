// Step: verification of the protection from outside, with a probe app.
import { guidance, slashCommand } from '../../../src/kernel/guidance.ts';
import { fail } from '../../../src/kernel/errors.ts';
import type { Needed, Step, Wait } from '../../../src/engine/step.ts';
import { readEndpoint, readProof } from '../../../src/gateway/endpoint.ts';
import { proofRef } from '../../../src/gateway/resources.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { ensureProbeApp, probeKey, removeProbeApp } from '../step-parts/probe-app.ts';
import {
  describeCompletion,
  findHost,
  outcomeOf,
  probe,
  wrongKey,
} from '../../../src/gateway/probes.ts';
import { asJson, readRecord, writeRecord } from '../step-parts/proof-record.ts';
import { proveQuota, proveRefusals, proveRightKey } from '../step-parts/proofs.ts';
import { removeObjects, inventoryOfObjects } from '../step-parts/removal.ts';
import { noAddress } from '../../../src/gateway/without-cluster.ts';

const unproven = {
  state: 'needed',
  why: 'unproven',
  reason: 'the current protection is not verified',
} as const satisfies Needed;

export const proveProtection: Step<ProvisionEnv> = {
  id: 'prove-protection',
  title: 'Verify protection',
  needs: ['verify-locked', 'create-operation-set', 'create-probe-app'],
  kind: 'verify',
  needsWhen: { protectFirst: ['verify-inference'] },
  part: {
    name: 'Its protection',
    unready: guidance`is not verified yet; run ${slashCommand('provision')} to verify it`,
    role: 'prove',
  },
  async check(context) {
    const endpoint = await readEndpoint(context.env, context.signal);
    if (endpoint === undefined) return noAddress;
    const record = await readRecord(context, endpoint);
    if (record === undefined) return unproven;
    const open = await whatIsOpen(context, endpoint);
    return open === undefined
      ? { state: 'done', output: asJson(record) }
      : { state: 'drifted', what: [open] };
  },
  /** Any earlier verification counts, as later changes show in the other steps. */
  async glance({ env, signal }) {
    return (await readProof(env, signal)) === undefined ? unproven : { state: 'done' };
  },
  apply: ensureProbeApp,
  async wait(context): Promise<Wait> {
    const endpoint = await readEndpoint(context.env, context.signal);
    if (endpoint === undefined) return { state: 'notYet', seen: 'the gateway has no address' };
    const open = await whatIsOpen(context, endpoint);
    return open === undefined ? { state: 'ready' } : { state: 'notYet', seen: open };
  },
  /** Apigee takes seconds to minutes to accept the probe's key, so the engine retries. */
  async verify(context) {
    const endpoint = await readEndpoint(context.env, context.signal);
    if (endpoint === undefined) {
      throw fail('transient', 'no_address', 'The gateway has lost its address');
    }
    await ensureProbeApp(context);
    const host = await findHost(context, endpoint);
    const of = { endpoint, host, consumerKey: await probeKey(context) };
    const refusals = await proveRefusals(context, { endpoint, host });
    const { proof, streaming } = await proveRightKey(context, of);
    const quota = await proveQuota(context, of);
    const output = { endpoint, host, streaming, proofs: [...refusals, proof, quota] };
    // The record comes last: a crash before it verifies again, one after it leaves nothing behind.
    await removeProbeApp(context);
    await writeRecord(context, output);
    return asJson(output);
  },
  undo: {
    title: 'Delete protection record',
    expectMs: 5_000,
    inventory: (context) => inventoryOfObjects(context, [proofRef]),
    remove: (context) => removeObjects(context, [proofRef]),
  },
  deadlineMs: 30 * 60_000,
  expectMs: 90_000,
  retry: 'patient',
};

/** Refused requests only, so that a check uses no quota and writes nothing. */
async function whatIsOpen(context: Context, endpoint: string): Promise<string | undefined> {
  const bare = await probe(context, { endpoint });
  if (outcomeOf(bare) !== 'no_key') return `without a key: ${describeCompletion(bare)}`;
  const wrong = await probe(context, { endpoint, consumerKey: wrongKey() });
  return outcomeOf(wrong) === 'wrong_key'
    ? undefined
    : `with an invalid key: ${describeCompletion(wrong)}`;
}
