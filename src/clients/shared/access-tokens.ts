// Access tokens for Google's APIs and for the cluster, from Application Default Credentials.
import type { GoogleAuth } from 'google-auth-library';
import { fail } from '../../kernel/errors.ts';
import { connectionFault, isPassingStatus, outageFault } from './outage.ts';

const scope = 'https://www.googleapis.com/auth/cloud-platform';

export interface AccessTokens {
  /** A bearer token with scope cloud-platform; cached until shortly before it expires. */
  get(): Promise<string>;
  /** Drops the cached token and fetches another. */
  refresh(): Promise<string>;
  /** Value of `x-goog-user-project` for calls on a project; undefined: the credentials' project counts them. */
  quotaProject?(projectId: string): Promise<string | undefined>;
  /** Id of the project of the credentials' service account, if its name contains it. */
  homeProject?(): Promise<string | undefined>;
}

/** Headers of one call on a project. */
export async function headersFor(
  tokens: AccessTokens,
  token: string,
  projectId: string,
): Promise<Record<string, string>> {
  const quotaProject = await tokens.quotaProject?.(projectId);
  return {
    authorization: `Bearer ${token}`,
    ...(quotaProject === undefined ? {} : { 'x-goog-user-project': quotaProject }),
  };
}

/** Id of the project that calls on a project count against, if the credentials name it. */
export async function consumerOf(
  tokens: AccessTokens,
  projectId: string,
): Promise<string | undefined> {
  return (await tokens.quotaProject?.(projectId)) ?? (await tokens.homeProject?.());
}

/** A call that was refused for an expired token had no effect, so any such call is repeated once. */
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
 * @param keep called with every new token, so that outgoing text can be scanned for it.
 * @param quotaProject QUOTA_PROJECT; without it a person's calls count against the project of each call.
 * @throws permanent/no_credentials when the machine has none; transient/unavailable when their source fails.
 */
export function createAccessTokens(
  projectId: string,
  keep: (token: string) => void,
  quotaProject?: string,
): AccessTokens {
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
    quotaProject: async (ofCall) => {
      if (quotaProject !== undefined) return quotaProject;
      auth ??= load();
      return (await isPersons(await auth)) ? ofCall : undefined;
    },
    homeProject: async () => {
      auth ??= load();
      return homeOf(await auth);
    },
  };
}

/** Of `details.away`. */
const tokenSource = 'token_source';

/** Google counts a person's calls against gcloud's own project unless another is set. */
async function isPersons(auth: GoogleAuth): Promise<boolean> {
  const { ExternalAccountAuthorizedUserClient, UserRefreshClient } =
    await import('google-auth-library');
  const client = await auth.getClient().catch(() => undefined);
  return (
    client instanceof UserRefreshClient || client instanceof ExternalAccountAuthorizedUserClient
  );
}

/** Of `NAME@PROJECT.iam.gserviceaccount.com`, `PROJECT@appspot…` and GKE's `PROJECT.svc.id.goog`. */
async function homeOf(auth: GoogleAuth): Promise<string | undefined> {
  const credentials = await auth.getCredentials().catch(() => undefined);
  return /^(?:.+@)?([a-z][a-z0-9-]*)(?:\.iam\.gserviceaccount\.com|@appspot\.gserviceaccount\.com|\.svc\.id\.goog)$/.exec(
    credentials?.client_email ?? '',
  )?.[1];
}

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
