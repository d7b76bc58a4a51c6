// Access tokens for Google's APIs and for the cluster, from Application Default Credentials.
import type { GoogleAuth } from 'google-auth-library';
import { fail } from '../../kernel/errors.ts';
import { connectionFault, isPassingStatus, outageFault } from './outage.ts';

const scope = 'https://www.googleapis.com/auth/cloud-platform';

export interface AccessTokens {
  /** A bearer token with scope cloud-platform; cached until shortly before it expires. */
  get(): Promise<string>;
  /** Forgets the cached token and fetches another. */
  refresh(): Promise<string>;
}

/** An expired token did no work, so a call that the service refused for it is made again, once, whatever it is. */
export async function withToken<T>(
  tokens: AccessTokens,
  call: (token: string) => Promise<T>,
  isRefused: (error: unknown) => boolean,
): Promise<T> {
  try {
    return await call(await tokens.get());
  } catch (error) {
    if (!isRefused(error)) throw error;
    return await call(await tokens.refresh());
  }
}

/**
 * @param projectId not part of a token, but without it the library runs gcloud to guess one.
 * @param keep called with every new token, so that whatever leaves can be scanned for it.
 * @throws permanent/no_credentials when the machine has none; transient/unavailable when their source does not answer.
 */
export function createAccessTokens(projectId: string, keep: (token: string) => void): AccessTokens {
  let auth: Promise<GoogleAuth> | undefined;
  const load = async (): Promise<GoogleAuth> => {
    const library = await import('google-auth-library');
    return new library.GoogleAuth({ scopes: [scope], projectId });
  };
  const get = async (): Promise<string> => {
    auth ??= load();
    try {
      const token = await (await auth).getAccessToken();
      if (typeof token !== 'string' || token === '') throw new Error('no token was issued');
      keep(token);
      return token;
    } catch (error) {
      auth = undefined;
      throw tokenFault(error);
    }
  };
  return {
    get,
    refresh: () => {
      auth = undefined;
      return get();
    },
  };
}

/** Of `details.away`. */
const tokenSource = 'token_source';

function tokenFault(error: unknown): Error {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 0;
  const doing = 'Getting a Google access token';
  const from = { doing, service: tokenSource, name: 'the token source' };
  const lost = connectionFault(error, from);
  if (lost !== undefined) return lost;
  if (isPassingStatus(status)) {
    return outageFault(tokenSource, `${doing}: the token source returned status ${status}`);
  }
  return fail('permanent', 'no_credentials', `${doing}: no credentials found`, {
    next: "On GKE, bind the bot's Kubernetes service account to a Google service account (Workload Identity). Elsewhere, run `gcloud auth application-default login`.",
    cause: error,
  });
}
