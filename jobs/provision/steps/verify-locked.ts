// Step: refusal of requests without a key, including the gateway's host in Apigee.
import type { Check, Step, Wait } from '../../../src/engine/step.ts';
import { addressIn, readEndpoint } from '../../../src/gateway/endpoint.ts';
import { gatewayRef } from '../../../src/gateway/resources.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import { forgetHost, addGatewayHost, hostInventory } from '../step-parts/gateway-host.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { inventoryOfObjects } from '../step-parts/removal.ts';
import { codeOf, describeCompletion, outcomeOf, probe } from '../../../src/gateway/probes.ts';
import { noAddress } from '../../../src/gateway/without-cluster.ts';

export const verifyLocked: Step<ProvisionEnv> = {
  id: 'verify-locked',
  title: 'Verify that a key is required',
  needs: ['attach-traffic-extension'],
  kind: 'verify',
  needsWhen: { protectFirst: ['create-route'], teardown: ['create-gateway'] },
  part: {
    name: 'A test request without a key',
    unready: 'was not refused by Apigee',
  },
  check,
  glance: (context) => check(context, 10_000),
  // Earlier steps applied the protection; this one verifies it and adds a missing host.
  apply: () => Promise.resolve(),
  async wait(context): Promise<Wait> {
    const endpoint = await readEndpoint(context.env, context.signal);
    if (endpoint === undefined) return { state: 'notYet', seen: 'the gateway has no address' };
    const seen = await probe(context, { endpoint });
    switch (outcomeOf(seen)) {
      case 'no_key':
        return { state: 'ready', output: { endpoint, code: codeOf(seen) } };
      case 'answered':
        return { state: 'notYet', seen: 'the gateway still answers without a key' };
      case 'host_unknown_to_apigee': {
        const done = await addGatewayHost(context, addressIn(endpoint));
        return { state: 'notYet', seen: `Apigee does not serve the gateway's host yet: ${done}` };
      }
      default:
        return { state: 'notYet', seen: `without a key: ${describeCompletion(seen)}` };
    }
  },
  undo: {
    title: 'Remove gateway host from Apigee',
    expectMs: 10_000,
    inventory: async (context) => hostInventory(context, await hostNow(context)),
    remove: async (context) => forgetHost(context, await hostNow(context)),
  },
  deadlineMs: 20 * 60_000,
  expectMs: 3 * 60_000,
  retry: 'patient',
};

async function check(context: Context, timeoutMs?: number): Promise<Check> {
  const endpoint = await readEndpoint(context.env, context.signal);
  if (endpoint === undefined) return noAddress;
  const seen = await probe(context, {
    endpoint,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const outcome = outcomeOf(seen);
  if (outcome === 'no_key') return { state: 'done', output: { endpoint, code: codeOf(seen) } };
  return {
    state: 'needed',
    why: outcome === 'answered' ? 'open' : 'unproven',
    reason: `without a key: ${describeCompletion(seen)}`,
    unmet: describeCompletion(seen),
  };
}

/** Undefined for a Gateway of another owner too. */
async function hostNow(context: Context): Promise<string | undefined> {
  const { env, signal } = context;
  if ((await inventoryOfObjects(context, [gatewayRef])).ours.length === 0) return undefined;
  const endpoint = await readEndpoint(env, signal);
  return endpoint === undefined ? undefined : addressIn(endpoint);
}
