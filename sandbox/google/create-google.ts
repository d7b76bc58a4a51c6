// Google's control plane in the sandbox: identity, tokens, and APIs over one state.
import type { SandboxContext, SandboxService } from '../core/context.ts';
import { createTimers } from '../core/timers.ts';
import { createBilling } from './billing.ts';
import { createComputeApi } from './compute/compute-api.ts';
import { type Compute, createCompute } from './compute/compute.ts';
import { createIdentity, type Identity } from './identity.ts';
import { serveMetadata } from './metadata.ts';
import { servePersonTokens } from './person-tokens.ts';
import { notifyOfGrants } from './policy.ts';
import { createResourceManager } from './resource-manager.ts';
import { type Api, serveApi } from './serve-api.ts';
import { createServiceAccounts } from './service-accounts.ts';
import { createServiceUsage } from './service-usage.ts';
import { type GoogleState, seedGoogle } from './state.ts';

export interface Google extends SandboxService {
  readonly state: GoogleState;
  readonly identity: Identity;
  readonly compute: Compute;
  /** Served methods, besides the metadata server. */
  readonly apis: readonly Api[];
  /** Expires every access token now; the metadata server issues new ones. */
  expireTokens(): void;
}

export function createGoogle(ctx: SandboxContext): Google {
  const state = ctx.state('google', () => seedGoogle(ctx.seed));
  const timers = createTimers(ctx.clock);
  const identity = createIdentity(ctx, state);
  const compute = createCompute(ctx, state);
  const apis = [
    createServiceUsage(ctx, state, timers),
    createResourceManager(ctx, state, timers),
    createServiceAccounts(ctx, state, timers),
    createComputeApi(ctx, state, timers),
    createBilling(state),
  ];
  notifyOfGrants(ctx, state, timers);
  serveMetadata(ctx, state);
  servePersonTokens(ctx, state);
  for (const api of apis) serveApi(ctx, identity, api);
  return {
    name: 'google',
    state,
    identity,
    compute,
    apis,
    expireTokens: () => {
      state.tokens = {};
      ctx.changed('google');
    },
    world: () => ({ ...state, tokens: Object.keys(state.tokens).length }),
    billable: () =>
      compute
        .forwardingRules()
        .map((name) => ({ service: 'compute', kind: 'Forwarding rule', name })),
    stop: async () => timers.stop(),
  };
}
