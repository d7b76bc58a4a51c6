// Access tokens of the metadata server: valid for an hour, revocable by a fault.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../core/clock.ts';
import type { GoogleState } from './state.ts';

/** Real ms: a token expires on the real clock, because clients compare it with theirs. */
const lifetimeMs = 3_600_000;
/** The metadata server hands out the same token until this much time is left. */
const renewalMs = 300_000;

export interface AccessToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** The current token, or a new one when that expires soon. */
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

/** Token for a person's credentials, of gcloud's own OAuth client. */
export const isPersons = (authorization: string | undefined): boolean =>
  /^Bearer +ya29\.person-/i.test(authorization ?? '');

/** An invalid token in the usual form: a metadata server that cached one for too long. */
export function endedToken(): AccessToken {
  return {
    token: `ya29.sandbox-${randomBytes(32).toString('base64url')}`,
    expiresInSeconds: lifetimeMs / 1000 - 1,
  };
}
