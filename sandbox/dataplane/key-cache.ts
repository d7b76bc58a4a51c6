// Apigee's runtime cache of keys and products: 180 s, missing keys included.
import type { ApigeeState, Product } from '../apigee/state.ts';
import type { Clock } from '../core/clock.ts';

/** Simulated: lifetime of a cache entry, and the delay of a new key. */
const cacheMs = 180_000;
const newKeyMs = 5_000;

export interface KnownKey {
  readonly developer: string;
  readonly developerId: string;
  readonly developerStatus: 'active' | 'inactive';
  readonly appId: string;
  readonly app: string;
  readonly appStatus: 'approved' | 'revoked';
  readonly status: 'approved' | 'revoked';
  readonly products: readonly { readonly apiproduct: string; readonly status: string }[];
  readonly expiresAt: number;
}

export interface KeyCache {
  key(organization: string, consumerKey: string): KnownKey | undefined;
  product(organization: string, name: string): Product | undefined;
}

export function createKeyCache(clock: Clock, state: ApigeeState): KeyCache {
  const entries = new Map<string, { until: number; value: unknown }>();
  const cached = <T>(name: string, read: () => T): T => {
    const now = clock.now();
    const entry = entries.get(name);
    if (entry !== undefined && entry.until > now) return entry.value as T;
    const value = read();
    entries.set(name, { until: now + clock.scaled(cacheMs), value: structuredClone(value) });
    if (entries.size > 10_000) entries.clear();
    return value;
  };
  return {
    key: (organization, consumerKey) =>
      cached(`key ${organization} ${consumerKey}`, () =>
        readKey(state, organization, consumerKey, clock.now() - clock.scaled(newKeyMs)),
      ),
    product: (organization, name) =>
      cached(
        `product ${organization} ${name}`,
        () => state.organizations[organization]?.products[name],
      ),
  };
}

/** @param issuedBefore keys issued later have not reached the runtime yet. */
function readKey(
  state: ApigeeState,
  organization: string,
  consumerKey: string,
  issuedBefore: number,
): KnownKey | undefined {
  for (const developer of Object.values(state.organizations[organization]?.developers ?? {})) {
    for (const app of Object.values(developer.apps)) {
      const credential = app.credentials.find((one) => one.consumerKey === consumerKey);
      if (credential === undefined || credential.issuedAt > issuedBefore) continue;
      return {
        developer: developer.email,
        developerId: developer.developerId,
        developerStatus: developer.status,
        appId: app.appId,
        app: app.name,
        appStatus: app.status,
        status: credential.status,
        products: structuredClone(credential.apiProducts),
        expiresAt: credential.expiresAt,
      };
    }
  }
  return undefined;
}
