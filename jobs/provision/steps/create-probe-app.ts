// Step: probe app, created early so that its key has time to propagate.
import type { Step, Wait } from '../../../src/engine/step.ts';
import { readEndpoint } from '../../../src/gateway/endpoint.ts';
import type { ProvisionEnv } from '../../../src/gateway/env.ts';
import {
  ensureProbeApp,
  removeProbeApp,
  showsProbeKey,
  probeInventory,
} from '../step-parts/probe-app.ts';
import { readRecord } from '../step-parts/proof-record.ts';

export const createProbeApp: Step<ProvisionEnv> = {
  id: 'create-probe-app',
  title: 'Create probe app',
  needs: ['create-api-product'],
  kind: 'make',
  serves: 'prove-protection',
  async check(context) {
    if (await showsProbeKey(context)) return { state: 'done' };
    const endpoint = await readEndpoint(context.env, context.signal);
    const record = endpoint === undefined ? undefined : await readRecord(context, endpoint);
    return record === undefined
      ? { state: 'needed', why: 'absent', reason: 'needed to verify the protection' }
      : { state: 'done' };
  },
  apply: ensureProbeApp,
  async wait(context): Promise<Wait> {
    return (await showsProbeKey(context))
      ? { state: 'ready' }
      : { state: 'notYet', seen: 'Apigee does not show the probe app and its key yet' };
  },
  undo: {
    title: 'Delete probe app',
    expectMs: 5_000,
    inventory: probeInventory,
    remove: removeProbeApp,
  },
  deadlineMs: 10 * 60_000,
  expectMs: 2_000,
  retry: 'cloud',
};
