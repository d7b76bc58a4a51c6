// Google's control plane in the sandbox: identity and tokens first, then the APIs that answer by the same state.
import type { SandboxContext, SandboxService } from '../core/context.ts';
import { createTimers } from '../core/timers.ts';
import { createIdentity, type Identity } from './identity.ts';
import { serveMetadata } from './metadata.ts';
import { type GoogleState, seedGoogle } from './state.ts';

export interface Google extends SandboxService {
  readonly state: GoogleState;
  readonly identity: Identity;
  /** Every access token ends now; the metadata server issues new ones. */
  expireTokens(): void;
}

export function createGoogle(ctx: SandboxContext): Google {
  const state = ctx.state('google', () => seedGoogle(ctx.seed));
  const timers = createTimers(ctx.clock);
  const identity = createIdentity(ctx, state);
  serveMetadata(ctx, state);
  return {
    name: 'google',
    state,
    identity,
    expireTokens: () => {
      state.tokens = {};
      ctx.changed('google');
    },
    world: () => ({ ...state, tokens: Object.keys(state.tokens).length }),
    billable: () => [],
    stop: async () => timers.stop(),
  };
}
