// Access tokens: issued by the metadata server, good for an hour, revocable by the switchboard.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { GoogleState } from './state.ts';

/** Real ms: a token's life runs on the real clock, as clients hold it against theirs. */
const lifetimeMs = 3_600_000;
/** The metadata server hands out the same token until this much of it is left. */
const renewalMs = 300_000;

export interface AccessToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** The current token, or a new one when that is about to end. */
export function issueToken(
  state: GoogleState,
  clock: Clock,
  holder: 'sandbox' | 'person' = 'sandbox',
): AccessToken {
  const now = clock.now();
  const prefix = `ya29.${holder}-`;
  for (const [token, expiresAt] of Object.entries(state.tokens)) {
    if (expiresAt <= now) delete state.tokens[token];
    else if (token.startsWith(prefix) && expiresAt - now > renewalMs) {
      return { token, expiresInSeconds: Math.floor((expiresAt - now) / 1000) };
    }
  }
  const token = `${prefix}${randomBytes(32).toString('base64url')}`;
  state.tokens[token] = now + lifetimeMs;
  return { token, expiresInSeconds: lifetimeMs / 1000 - 1 };
}

/** Issued to a person's credentials, of gcloud's own OAuth client. */
export const isPersons = (authorization: string | undefined): boolean =>
  /^Bearer +ya29\.person-/i.test(authorization ?? '');

/** A token that looks like any other and is good for nothing: a metadata server that kept one for too long. */
export function endedToken(): AccessToken {
  return {
    token: `ya29.sandbox-${randomBytes(32).toString('base64url')}`,
    expiresInSeconds: lifetimeMs / 1000 - 1,
  };
}
