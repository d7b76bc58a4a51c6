// Access tokens for Google's APIs and for the cluster, from Application Default Credentials.
export interface AccessTokens {
  /** A bearer token with scope cloud-platform; cached until shortly before it expires. */
  get(): Promise<string>;
  /** Forgets the cached token and fetches another: after a 401, once. */
  refresh(): Promise<string>;
}
